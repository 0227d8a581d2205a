import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../src/provider/client.ts';
import { path } from '../../src/provider/path.ts';
import { type Profile, profileCall } from '../../src/provider/profile.ts';
import { startTestProfiles, type TestProfilesOptions } from '../support/test-profiles.ts';

const LIMIT_EXCEEDED = { code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' };

/** The client, and a call for the profile of Ada. */
async function startClient(options?: TestProfilesOptions) {
  const test = await startTestProfiles(options);
  const { control, people } = test.emulator;
  const ada = await test.requestOf(people.ada.id);
  const callOf = (request: typeof ada): CallOptions<Profile> => profileCall(request);
  const call = callOf(ada);
  return Object.assign(test, { control, ada, call, callOf, calls: () => control.calls().total });
}

describe('the provider client', () => {
  it('makes a call and reads its value', async () => {
    await using test = await startClient();
    expect(await test.provider.call(test.call)).toMatchObject({ kind: 'ok', value: { id: test.ada.id } });
  });

  it('makes every call anew', async () => {
    await using test = await startClient();
    for (let calls = 1; calls <= 3; calls += 1) {
      await test.provider.call(test.call);
      expect(test.calls()).toBe(calls);
    }
  });

  it('ends a call by its time limit, the wait for a slot included', async () => {
    await using test = await startClient({ active: 1, queued: 1, timeout: 100 });
    test.control.fail('profile', { kind: 'hang' });
    const outcomes = await Promise.all([1, 2].map(() => test.provider.call(test.call)));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ kind: 'unavailable', cause: { message: 'No answer within 100 ms' } });
    await expect.poll(() => test.limit.active + test.limit.queued, { interval: 1 }).toBe(0);
  });

  it('rejects a call with the reason of its signal, and ends it at the provider', async () => {
    await using test = await startClient();
    const gate = test.control.hold('profile');
    const caller = new AbortController();
    const reason = new Error('The client has left');
    const call = test.provider.call({ ...test.call, signal: caller.signal });
    await gate.arrived(1);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await gate.left(1);
    const late = test.provider.call({ ...test.call, signal: caller.signal });
    await expect(late).rejects.toBe(reason);
    expect(test.calls()).toBe(1);
  });

  it('has one breaker for all calls and for the cached profiles', async () => {
    await using test = await startClient();
    const heal = test.control.fail('all', { kind: 'status', status: 500 });
    const mutation = { ...test.call, method: 'PATCH' } as const;
    for (let user = 0; user < 5; user += 1)
      await test.provider.call({ ...mutation, caller: { ...test.ada, id: `user ${user}` } });
    heal();
    const open = { kind: 'unavailable', cause: { message: 'The circuit breaker is open' } };
    expect(await test.provider.call(test.call)).toMatchObject(open);
    expect(await test.fetchProfile(test.ada)).toMatchObject(open);
    expect(test.calls()).toBe(5);
    test.clock.advance(3_000);
    expect(await test.fetchProfile(test.ada)).toMatchObject({ kind: 'ok' });
    expect(await test.provider.call(test.call)).toMatchObject({ kind: 'ok' });
  });

  it('has one view of the rate limit for all calls', async () => {
    await using test = await startClient();
    const headers = { 'retry-after': '30' };
    const heal = test.control.fail('profile', { kind: 'status', status: 429, headers });
    await test.fetchProfile(test.ada);
    heal();
    expect(await test.provider.call(test.call)).toEqual({ kind: 'limited', retryAfter: 30 });
    expect(test.calls()).toBe(1);
  });

  it('opens no breaker for refusals, however many', async () => {
    await using test = await startClient();
    const headers = { 'content-type': 'text/plain' };
    const body = 'Client team creation is disabled for this project';
    test.control.fail('all', { kind: 'status', status: 403, headers, body });
    const mutation = { ...test.call, method: 'POST', path: path`/teams`, access: 'client' } as const;
    for (let call = 0; call < 10; call += 1)
      expect(await test.provider.call(mutation)).toMatchObject({ code: 'FEATURE_DISABLED' });
    expect(test.breaker.state).toBe('closed');
  });
});

describe('a user of the provider client', () => {
  it('holds a quarter of the slots and of the queue; further calls wait, and the rest is unavailable', async () => {
    await using test = await startClient({ active: 8, queued: 8, backlog: 2 });
    const gate = test.control.hold('profile');
    const calls = Array.from({ length: 9 }, () => test.provider.call(test.call));
    const refused = await Promise.all(calls.slice(6));
    for (const outcome of refused)
      expect(outcome).toMatchObject({
        kind: 'unavailable',
        cause: { message: 'Too many calls to the provider are queued' },
      });
    await gate.arrived(2);
    expect(test.limit).toMatchObject({ active: 2, queued: 2 });
    const grace = test.callOf(await test.requestOf(test.emulator.people.grace.id));
    const others = [test.provider.call(grace), test.provider.call(grace)];
    await gate.arrived(4);
    gate.release();
    for (const outcome of await Promise.all([...others, ...calls.slice(0, 6)]))
      expect(outcome.kind).toBe('ok');
    expect(test.limit).toMatchObject({ active: 0, queued: 0 });
    expect(test.breaker.state).toBe('closed');
  });
});

describe('one request', () => {
  it('makes at most so many calls, and a further one is LIMIT_EXCEEDED', async () => {
    await using test = await startClient({ maxCalls: 3, backlog: 10 });
    const request = test.provider.forRequest({ caller: test.ada });
    const { method, path, access, parse } = test.call;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => request.call({ method, path, access, parse })),
    );
    expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value.kind : each.reason))).toEqual([
      ...Array(3).fill('ok'),
      ...Array(2).fill(expect.objectContaining(LIMIT_EXCEEDED)),
    ]);
    expect(test.calls()).toBe(3);
    const another = test.provider.forRequest({ caller: test.ada });
    expect(await another.call({ method, path, access, parse })).toMatchObject({ kind: 'ok' });
  });

  it('makes no more where calls are sent a second time', async () => {
    await using test = await startClient({ maxCalls: 3, backlog: 10, breaker: { failures: 100 } });
    test.control.fail('profile', { kind: 'reset' });
    const request = test.provider.forRequest({ caller: test.ada });
    await Promise.allSettled(Array.from({ length: 3 }, () => request.call(test.call)));
    expect(test.calls()).toBe(3);
  });

  it('counts a call for its profile, and none where that is cached or another request’s', async () => {
    await using test = await startClient({ maxCalls: 1 });
    const { budget } = test.provider.forRequest({});
    expect(await test.fetchProfile({ ...test.ada, budget })).toMatchObject({ kind: 'ok' });
    expect(await test.fetchProfile({ ...test.ada, budget })).toMatchObject({ kind: 'ok' });
    test.clock.advance(30_000);
    await expect(test.fetchProfile({ ...test.ada, budget })).rejects.toMatchObject(LIMIT_EXCEEDED);
    const gate = test.control.hold('profile');
    const other = test.fetchProfile(test.ada);
    await gate.arrived(1);
    const joined = test.fetchProfile({ ...test.ada, budget });
    gate.release();
    expect(await Promise.all([other, joined])).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }]);
  });

  it('has its calls counted as they are sent, and ended by its signal', async () => {
    await using test = await startClient();
    const caller = new AbortController();
    let sent = 0;
    const request = test.provider.forRequest({
      caller: test.ada,
      signal: caller.signal,
      onCall: () => {
        sent += 1;
      },
    });
    const { method, path, access, parse } = test.call;
    await request.call({ method, path, access, parse });
    expect(sent).toBe(1);
    const reason = new Error('The client has left');
    caller.abort(reason);
    await expect(request.call({ method, path, access, parse })).rejects.toBe(reason);
    expect(sent).toBe(1);
  });
});

describe('a mutation', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'by %s is sent once, whatever becomes of it',
    async (method) => {
      for (const fault of [
        { kind: 'reset' },
        { kind: 'half' },
        { kind: 'notHttp' },
        { kind: 'status', status: 503 },
      ] as const) {
        await using test = await startClient();
        // The second call finds a connection that was used before.
        await test.provider.call(test.call);
        test.control.fail('all', fault);
        const mutation = { ...test.call, method, body: { display_name: 'Ada' } };
        expect(await test.provider.call(mutation)).toMatchObject({ kind: 'unavailable' });
        expect(test.calls()).toBe(2);
      }
    },
  );
});
