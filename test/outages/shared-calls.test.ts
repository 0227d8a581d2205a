import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/server/port.ts';
import { type GraphQLBody, startTestServer } from '../support/test-server.ts';
import { watchWaiters } from '../support/waiters.ts';

const BODY = JSON.stringify({ query: '{ me { id displayName } }' });

const headersOf = (token: string) => ({ 'content-type': 'application/json', 'x-stack-access-token': token });

/** A server that keeps nothing: what is saved is saved by sharing. */
async function startWaiting(env: Record<string, string> = {}) {
  const test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0', RATE_LIMIT: 'off', ...env } });
  const { control, people } = test.emulator;
  const { id } = people.ada;
  const mint = (userId: string) => control.mintToken({ userId });
  /** Asks in process; whoever leaves rejects with his own reason. */
  async function ask(token: string, signal?: AbortSignal) {
    const init = { method: 'POST', headers: headersOf(token), body: BODY, ...(signal && { signal }) };
    const answer = await test.fetch('/graphql', init);
    return { status: answer.status, body: (await answer.json()) as GraphQLBody };
  }
  return Object.assign(test, {
    control,
    mint,
    ask,
    id,
    token: await mint(id),
    waiters: watchWaiters(test.services),
    calls: () => control.calls().profile,
    errorsLogged: () => test.logged.filter((line) => JSON.parse(line).level >= 50),
  });
}

const served = (id: string, displayName: string | null = 'Ada Lovelace') => ({
  status: 200,
  body: { data: { me: { id, displayName } } },
});

describe('many requests of one user at once', () => {
  it('make one call', async () => {
    await using test = await startWaiting();
    const gate = test.control.hold('profile');
    const answers = Promise.all(Array.from({ length: 200 }, () => test.ask(test.token)));
    await test.waiters.are(200);
    gate.release();
    for (const answer of await answers) expect(answer).toEqual(served(test.id));
    expect(test.calls()).toBe(1);
  });

  it('all end within one time limit, whenever they came, where the call hangs', async () => {
    const limit = 500;
    await using test = await startWaiting({ UPSTREAM_TIMEOUT: String(limit / 1000) });
    test.control.fail('profile', { kind: 'hang' });
    const from = performance.now();
    const ended = async () => ({ answer: await test.ask(test.token), after: performance.now() - from });
    const first = ended();
    await test.waiters.are(1);
    const others = Array.from({ length: 49 }, ended);
    await test.waiters.are(50);
    for (const { answer, after } of await Promise.all([first, ...others])) {
      expect(answer).toMatchObject({
        status: 200,
        body: {
          data: { me: { id: test.id, displayName: null } },
          errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
        },
      });
      // Far less than one after the other, and far more than any machine needs.
      expect(after).toBeLessThan(10 * limit);
    }
    expect(test.calls()).toBe(1);
  });
});

describe('clients that leave', () => {
  /** Ten callers who wait for one call, in process: what each gets, and how he leaves. */
  function askInProcess(test: Awaited<ReturnType<typeof startWaiting>>) {
    return Array.from({ length: 10 }, () => {
      const controller = new AbortController();
      return { leave: () => controller.abort(), answer: test.ask(test.token, controller.signal) };
    });
  }

  it('do not take the call away from the one who stays', async () => {
    await using test = await startWaiting();
    const gate = test.control.hold('profile');
    const callers = askInProcess(test);
    const answers = Promise.allSettled(callers.map(({ answer }) => answer));
    await test.waiters.are(10);
    await gate.arrived(1);
    for (const { leave } of callers.slice(1)) leave();
    await test.waiters.are(1);
    expect(gate.waiting).toBe(1);
    gate.release();
    const [stayed, ...left] = await answers;
    expect(stayed).toEqual({ status: 'fulfilled', value: served(test.id) });
    expect(left.map(({ status }) => status)).toEqual(Array(9).fill('rejected'));
    expect(test.calls()).toBe(1);
    expect(test.errorsLogged()).toEqual([]);
  });

  it('end the call at the provider when the last of them has left', async () => {
    await using test = await startWaiting();
    const gate = test.control.hold('profile');
    const callers = askInProcess(test);
    const answers = Promise.allSettled(callers.map(({ answer }) => answer));
    await test.waiters.are(10);
    await gate.arrived(1);
    for (const { leave } of callers) leave();
    await gate.left(1);
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(test.waiters.count).toBe(0);
    expect(test.errorsLogged()).toEqual([]);
  });

  it('by cutting their connection are treated alike', async () => {
    await using test = await startWaiting();
    const listening = await listen(test.listener, { host: '127.0.0.1', port: 0 });
    const gate = test.control.hold('profile');
    const callers = Array.from({ length: 10 }, () =>
      request(`${listening.url}/graphql`, { method: 'POST', headers: headersOf(test.token), agent: false })
        .on('error', () => {})
        .end(BODY),
    );
    await test.waiters.are(10);
    await gate.arrived(1);
    const [stays, ...leavers] = callers;
    if (!stays) throw new Error('Ten have called');
    for (const caller of leavers) caller.destroy();
    await test.waiters.are(1);
    expect(gate.waiting).toBe(1);
    const answered = once(stays, 'response');
    gate.release();
    const [response] = await answered;
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(JSON.parse(text)).toEqual(served(test.id).body);
    expect(test.calls()).toBe(1);

    const again = test.control.hold('profile');
    const alone = request(`${listening.url}/graphql`, { method: 'POST', headers: headersOf(test.token) });
    alone.on('error', () => {}).end(BODY);
    await again.arrived(1);
    alone.destroy();
    await again.left(1);
    expect(test.errorsLogged()).toEqual([]);
    await listening.close(1_000);
  });

  it('a thousand times open no breaker and take no place', async () => {
    await using test = await startWaiting({ UPSTREAM_CONCURRENCY: '10' });
    const users = Array.from({ length: 10 }, () => test.control.createUser());
    const tokens = await Promise.all(users.map((user) => test.mint(user.id)));
    const gate = test.control.hold('profile');
    for (let left = 10; left <= 1_000; left += 10) {
      const clients = tokens.map((token) => ({ token, controller: new AbortController() }));
      const answers = Promise.allSettled(
        clients.map(({ token, controller }) => test.ask(token, controller.signal)),
      );
      await gate.arrived(left);
      for (const { controller } of clients) controller.abort();
      await answers;
      await gate.left(left);
    }
    expect(test.calls()).toBe(1_000);
    expect(test.errorsLogged()).toEqual([]);

    const answers = Promise.all(tokens.map((token) => test.ask(token)));
    await gate.arrived(1_010); // All ten places are to be had, and the provider is asked: the breaker is closed.
    gate.release();
    expect(await answers).toEqual(users.map(({ id }) => served(id, null)));
  });

  it('while they stand in line take no place later, and make no call', async () => {
    await using test = await startWaiting({ UPSTREAM_CONCURRENCY: '1' });
    const [queued, next] = await Promise.all([1, 2].map(() => test.mint(test.control.createUser().id)));
    if (!queued || !next) throw new Error('Two tokens were asked for');
    const gate = test.control.hold('profile');
    const first = test.ask(test.token);
    await gate.arrived(1);
    const client = new AbortController();
    const leaves = expect(test.ask(queued, client.signal)).rejects.toThrow();
    await test.waiters.are(2);
    client.abort();
    await leaves;
    await test.waiters.are(1);
    const last = test.ask(next);
    await test.waiters.are(2);
    gate.release();
    expect(await first).toEqual(served(test.id));
    expect(await last).toMatchObject({ body: { data: { me: { displayName: null } } } });
    expect((await last).body.errors).toBeUndefined();
    expect(test.calls()).toBe(2);
  });
});
