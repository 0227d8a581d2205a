import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/server/port.ts';
import { watchProfileWaits } from '../support/profile-waits.ts';
import { type GraphQLBody, startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const BODY = JSON.stringify({ query: '{ me { id displayName } }' });

const headersOf = (token: string) => ({ 'content-type': 'application/json', 'x-stack-access-token': token });

/** Time limits that no test reaches: a call that ends has been ended by its clients. */
const PATIENT = { UPSTREAM_TIMEOUT: '100', EXECUTION_TIMEOUT: '200' };

/** A server without cached profiles: requests save calls only by sharing them. */
async function startWaiting(env: Record<string, string> = {}) {
  const test = await startTestServer({
    env: { PROFILE_CACHE_TTL: '0', RATE_LIMIT: 'off', ...PATIENT, ...env },
  });
  const { control, people } = test.emulator;
  const { id } = people.ada;
  const mint = (userId: string) => control.mintToken({ userId });
  /** Asks over HTTP. Rejects where the signal aborts. */
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
    waits: watchProfileWaits(test.services),
    calls: () => control.calls().profile,
    /** Waits until the server has noticed that all but so many clients have left. */
    remain: (count: number) =>
      until(`${count} requests remain`, () => test.services.gauges().inFlight === count),
    errorsLogged: () => test.logged.filter((line) => JSON.parse(line).level >= 50),
  });
}

const served = (id: string, displayName: string | null = 'Ada Lovelace') => ({
  status: 200,
  body: { data: { me: { id, displayName } } },
});

describe('many requests of one user at once', () => {
  it('share one call', async () => {
    await using test = await startWaiting();
    const gate = test.control.hold('profile');
    const answers = Promise.all(Array.from({ length: 200 }, () => test.ask(test.token)));
    await test.waits.begun(200);
    gate.release();
    for (const answer of await answers) expect(answer).toEqual(served(test.id));
    expect(test.calls()).toBe(1);
  });

  it('all end within one time limit, whenever they arrived, where the call hangs', async () => {
    const limit = 500;
    await using test = await startWaiting({ UPSTREAM_TIMEOUT: String(limit / 1000) });
    // The first request of a server takes long on a busy machine: later ones would arrive after the time limit.
    await test.ask(test.token);
    test.control.resetCalls();
    test.control.fail('profile', { kind: 'hang' });
    const from = performance.now();
    const ended = async () => ({ answer: await test.ask(test.token), after: performance.now() - from });
    const first = ended();
    await test.waits.begun(2);
    const others = Array.from({ length: 49 }, ended);
    await test.waits.begun(51);
    for (const { answer, after } of await Promise.all([first, ...others])) {
      expect(answer).toMatchObject({
        status: 200,
        body: {
          data: { me: { id: test.id, displayName: null } },
          errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
        },
      });
      // Far less than one after the other would take, and far more than any machine needs.
      expect(after).toBeLessThan(10 * limit);
    }
    expect(test.calls()).toBe(1);
  });
});

describe('clients that disconnect', () => {
  /** Ten callers that wait for one call: the answer of each, and how it leaves. */
  function askTenTimes(test: Awaited<ReturnType<typeof startWaiting>>) {
    return Array.from({ length: 10 }, () => {
      const controller = new AbortController();
      return { leave: () => controller.abort(), answer: test.ask(test.token, controller.signal) };
    });
  }

  it('do not end the call for the one that stays', async () => {
    await using test = await startWaiting();
    const gate = test.control.hold('profile');
    const callers = askTenTimes(test);
    const answers = Promise.allSettled(callers.map(({ answer }) => answer));
    await test.waits.begun(10);
    await gate.arrived(1);
    for (const { leave } of callers.slice(1)) leave();
    await test.remain(1);
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
    const callers = askTenTimes(test);
    const answers = Promise.allSettled(callers.map(({ answer }) => answer));
    await test.waits.begun(10);
    await gate.arrived(1);
    for (const { leave } of callers) leave();
    await gate.left(1);
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set(['rejected']));
    await test.remain(0);
    expect(test.errorsLogged()).toEqual([]);
  });

  it('by cutting their connection have the same effect', async () => {
    await using test = await startWaiting();
    const listening = await listen(test.listener, { host: '127.0.0.1', port: 0 });
    const gate = test.control.hold('profile');
    const callers = Array.from({ length: 10 }, () =>
      request(`${listening.url}/graphql`, { method: 'POST', headers: headersOf(test.token), agent: false })
        .on('error', () => {})
        .end(BODY),
    );
    await test.waits.begun(10);
    await gate.arrived(1);
    const [stays, ...leavers] = callers;
    if (!stays) throw new Error('Ten requests are needed');
    for (const caller of leavers) caller.destroy();
    await test.remain(1);
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

  it('a thousand times open no breaker and keep no slot', async () => {
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
    await gate.arrived(1_010); // All ten slots are free, and the breaker is closed.
    gate.release();
    expect(await answers).toEqual(users.map(({ id }) => served(id, null)));
  });

  it('while their call is queued take no slot later, and make no call', async () => {
    await using test = await startWaiting({ UPSTREAM_CONCURRENCY: '1' });
    const [queued, next] = await Promise.all([1, 2].map(() => test.mint(test.control.createUser().id)));
    if (!queued || !next) throw new Error('Two tokens are needed');
    const gate = test.control.hold('profile');
    const first = test.ask(test.token);
    await gate.arrived(1);
    const client = new AbortController();
    const leaves = expect(test.ask(queued, client.signal)).rejects.toThrow();
    await until('one call is queued', () => test.services.gauges().callsQueued === 1);
    client.abort();
    await leaves;
    await until('no call is queued', () => test.services.gauges().callsQueued === 0);
    const last = test.ask(next);
    await until('one call is queued', () => test.services.gauges().callsQueued === 1);
    gate.release();
    expect(await first).toEqual(served(test.id));
    expect(await last).toMatchObject({ body: { data: { me: { displayName: null } } } });
    expect((await last).body.errors).toBeUndefined();
    expect(test.calls()).toBe(2);
  });
});
