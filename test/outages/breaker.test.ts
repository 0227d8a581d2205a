import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import { createClock } from '../support/clock.ts';
import { startTestServer } from '../support/test-server.ts';

const PROFILE = '{ me { id displayName } }';
const DOWN: Fault = { kind: 'status', status: 500 };
const limitedFor = (seconds?: number): Fault => ({
  kind: 'status',
  status: 429,
  ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }),
});

const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
const limited = (extensions: object) => ({ code: 'UPSTREAM_RATE_LIMITED', ...extensions });

/** A server on a clock that stands still, and any number of users, whose profiles yield a name or an error. */
async function startGuarded(env: Record<string, string> = {}) {
  const clock = createClock();
  const test = await startTestServer({ env: { RATE_LIMIT: 'off', ...env }, clock });
  const { control } = test.emulator;
  async function show(token: string, signal?: AbortSignal) {
    const answer = await test.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
      body: JSON.stringify({ query: PROFILE }),
      ...(signal && { signal }),
    });
    const { data, errors } = (await answer.json()) as Awaited<ReturnType<typeof test.ask>>['body'];
    expect(answer.status).toBe(200);
    expect(data.me.id).toEqual(expect.any(String));
    return errors?.[0]?.extensions ?? data.me.displayName;
  }
  const newcomer = (expiresIn?: number) => {
    const { id } = control.createUser({ displayName: 'A user' });
    return control.mintToken({ userId: id, ...(expiresIn !== undefined && { expiresIn }) });
  };
  return Object.assign(test, {
    clock,
    control,
    show,
    newcomer,
    calls: () => control.calls().profile,
    /** The answers for so many new users, one after the other. */
    async showMany(count: number) {
      const shown: unknown[] = [];
      for (let index = 0; index < count; index += 1) shown.push(await show(await newcomer()));
      return shown;
    },
  });
}

describe('a provider that failed five times in a row', () => {
  it('is not asked, while stale profiles and the token are served', async () => {
    await using test = await startGuarded();
    const known = await test.newcomer();
    expect(await test.show(known)).toBe('A user');
    test.clock.advance(30_000);
    test.control.fail('profile', DOWN);
    expect(await test.showMany(5)).toEqual(Array(5).fill(UNAVAILABLE));
    expect(test.calls()).toBe(6);
    expect(await test.showMany(10)).toEqual(Array(10).fill(UNAVAILABLE));
    expect(await test.show(known)).toBe('A user');
    const { status, body } = await test.ask('{ me { id } }', { token: known });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(test.calls()).toBe(6);
  });

  it('is tried three seconds later by one call, for which no other request waits', async () => {
    await using test = await startGuarded();
    const heal = test.control.fail('profile', DOWN);
    await test.showMany(5);
    heal();
    test.clock.advance(2_999);
    expect(await test.showMany(2)).toEqual(Array(2).fill(UNAVAILABLE));
    expect(test.calls()).toBe(5);
    test.clock.advance(1);
    const gate = test.control.hold('profile');
    const trial = test.show(await test.newcomer());
    await gate.arrived(1);
    expect(await test.showMany(10)).toEqual(Array(10).fill(UNAVAILABLE));
    expect({ waiting: gate.waiting, calls: test.calls() }).toEqual({ waiting: 1, calls: 6 });
    gate.release();
    expect(await trial).toBe('A user');
    expect(await test.showMany(5)).toEqual(Array(5).fill('A user'));
  });

  it.each([-3_600_000, 3_600_000])('is tried as soon though the wall clock steps by %i ms', async (step) => {
    await using test = await startGuarded();
    const token = await test.newcomer(86_400);
    const heal = test.control.fail('profile', DOWN);
    await test.showMany(5);
    heal();
    test.clock.stepWall(step);
    expect(await test.show(token)).toEqual(UNAVAILABLE);
    test.clock.advance(3_000);
    expect(await test.show(token)).toBe('A user');
  });

  it('includes one that did not answer in time', async () => {
    await using test = await startGuarded({ UPSTREAM_TIMEOUT: '0.3' });
    test.control.fail('profile', { kind: 'hang' });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => test.newcomer()));
    expect(await Promise.all(tokens.map((token) => test.show(token)))).toEqual(Array(5).fill(UNAVAILABLE));
    expect(await test.showMany(10)).toEqual(Array(10).fill(UNAVAILABLE));
    expect(test.calls()).toBe(5);
  });

  it.each<[string, (test: Awaited<ReturnType<typeof startGuarded>>) => Promise<string>, object]>([
    [
      'deleted users',
      async ({ control }) => {
        const { id } = control.createUser();
        const token = await control.mintToken({ userId: id });
        control.deleteUser(id);
        return token;
      },
      { code: 'UNAUTHENTICATED', reason: 'USER_GONE' },
    ],
    ['expired tokens', ({ newcomer }) => newcomer(-2), { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' }],
  ])('is not one that answers about %s', async (_what, mint, error) => {
    await using test = await startGuarded();
    for (let index = 1; index <= 20; index += 1) expect(await test.show(await mint(test))).toEqual(error);
    expect(test.calls()).toBe(20);
    expect(await test.showMany(1)).toEqual(['A user']);
  });

  it('is not one that refuses our key', async () => {
    await using test = await startGuarded({ STACK_SECRET_SERVER_KEY: 'ssk_wrong' });
    expect(await test.showMany(20)).toMatchObject(Array(20).fill({ code: 'INTERNAL_SERVER_ERROR' }));
    expect(test.calls()).toBe(20);
  });
});

describe('a provider that limits us', () => {
  it('is not asked for a second from the first time on, and errors have a time to wait', async () => {
    await using test = await startGuarded();
    const known = await test.newcomer();
    expect(await test.show(known)).toBe('A user');
    test.clock.advance(30_000);
    const heal = test.control.fail('profile', limitedFor(30));
    expect(await test.showMany(1)).toEqual([limited({ retryAfter: 30 })]);
    heal();
    test.clock.advance(999);
    expect(await test.showMany(10)).toEqual(Array(10).fill(limited({ retryAfter: 1 })));
    expect(await test.show(known)).toBe('A user');
    expect(test.calls()).toBe(2);
    test.clock.advance(1);
    expect(await test.showMany(10)).toEqual(Array(10).fill('A user'));
  });

  it('is tried less and less often while it goes on, at least once a minute', async () => {
    await using test = await startGuarded();
    test.control.fail('profile', limitedFor(3_600));
    const triedAt: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const before = test.calls();
      await test.showMany(1);
      if (test.calls() > before) triedAt.push(second);
      test.clock.advance(1_000);
    }
    expect(triedAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });
});

const html = { 'content-type': 'text/html' };

describe('trouble of one user', () => {
  it.each<[string, Fault]>([
    ['403 of a firewall', { kind: 'status', status: 403, headers: html, body: '<h1>Blocked</h1>' }],
    ['431', { kind: 'status', status: 431 }],
    ['500', DOWN],
    ['a connection that breaks', { kind: 'reset' }],
    ['bytes that are no HTTP', { kind: 'notHttp' }],
    ['429 for an hour', limitedFor(3_600)],
    ['429 that names no time', limitedFor()],
  ])('is not that of others: %s', async (_what, fault) => {
    await using test = await startGuarded();
    const ada = await test.newcomer(86_400);
    const shown: unknown[] = [];
    for (let second = 0; second < 120; second += 1) {
      const heal = test.control.fail('profile', fault);
      const own = await test.show(ada);
      heal();
      expect(own).toMatchObject({ code: expect.stringMatching(/^UPSTREAM_/) });
      if (second % 2 === 1) shown.push(...(await test.showMany(1)));
      test.clock.advance(500);
    }
    // A 429 may be everybody's, which is found out within a second.
    const failed = shown.filter((name) => name !== 'A user').length;
    expect(failed).toBeLessThanOrEqual(shown.length / 10);
    expect(shown).toHaveLength(60);
  });

  it('pauses the calls of that user alone, for a short time', async () => {
    await using test = await startGuarded();
    const ada = await test.newcomer();
    const heal = test.control.fail('profile', DOWN);
    for (let time = 0; time < 10; time += 1) expect(await test.show(ada)).toEqual(UNAVAILABLE);
    expect(test.calls()).toBe(3);
    heal();
    expect(await test.show(ada)).toEqual(UNAVAILABLE);
    expect(await test.showMany(3)).toEqual(Array(3).fill('A user'));
    test.clock.advance(5_000);
    expect(await test.show(ada)).toBe('A user');
  });
});

describe('the trial', () => {
  it.each<[string, Fault | undefined, unknown, number]>([
    ['back', undefined, 'A user', 3],
    ['not back', limitedFor(60), expect.objectContaining({ code: 'UPSTREAM_RATE_LIMITED' }), 2],
  ])('finds out that the provider is %s although its caller has left', async (_what, fault, shown, calls) => {
    await using test = await startGuarded();
    const heal = test.control.fail('profile', limitedFor(0));
    await test.showMany(1);
    heal();
    if (fault) test.control.fail('profile', fault);
    const gate = test.control.hold('profile');
    const client = new AbortController();
    const left = expect(test.show(await test.newcomer(), client.signal)).rejects.toThrow();
    await gate.arrived(1);
    client.abort();
    await left;
    expect(await test.showMany(3)).toMatchObject(Array(3).fill(limited({})));
    expect({ waiting: gate.waiting, calls: test.calls() }).toEqual({ waiting: 1, calls: 2 });
    gate.release();
    await expect.poll(() => test.services.gauges().breaker, { interval: 1 }).not.toBe('half-open');
    expect(await test.showMany(1)).toEqual([shown]);
    expect(test.calls()).toBe(calls);
  });
});

describe('a profile that cannot be read', () => {
  it.each<[string, Fault]>([
    ['is not JSON', { kind: 'garbage' }],
    ['is too large', { kind: 'body', body: `"${'x'.repeat(1_100_000)}"` }],
  ])('because it %s affects its own user only: the breaker stays closed', async (_what, fault) => {
    await using test = await startGuarded();
    const heal = test.control.fail('profile', fault);
    for (let n = 0; n < 7; n += 1) expect(await test.show(await test.newcomer())).toEqual(UNAVAILABLE);
    heal();
    expect(test.services.gauges().breaker).toBe('closed');
    expect(await test.showMany(1)).toEqual(['A user']);
  });
});
