import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { Step } from '../../src/pipeline/step.ts';
import { createServer } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { startTestServer } from '../support/test-server.ts';

const QUERY = '{ me { id } }';

/** A server with a team's steps on a port. `paths` says which adapter executed each operation so far. */
async function startWithSteps(steps: readonly Step[], env: Readonly<Record<string, string>> = {}) {
  const test = await startTestServer({ env });
  const { services, emulator } = test;
  const server = createServer(services, { steps });
  const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
  let fast = 0;
  services.events.subscribe(({ kind }) => {
    if (kind === 'fast-path') fast += 1;
  });
  const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
  const ask = (
    query: string,
    headers: Readonly<Record<string, string>> = {},
    how: typeof fetch = fetch,
    path = 'graphql',
  ) =>
    how(`${listening.url}/${path}`, {
      headers: { 'content-type': 'application/json', 'x-stack-access-token': token, ...headers },
      ...(path === 'graphql' && { method: 'POST', body: JSON.stringify({ query }) }),
    });
  return {
    test,
    ask,
    inProcess: server.fetch as typeof fetch,
    fastPathCount: () => fast,
    async [Symbol.asyncDispose]() {
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

describe("a team's step", () => {
  it('runs each of its hooks once for each request, by Yoga, by the fast path and in process', async () => {
    const ran: string[] = [];
    const step: Step = {
      name: 'recording',
      admit: ({ credentials }) => void ran.push(`admit ${credentials ? 'with' : 'without'} credentials`),
      begin: () => void ran.push('begin'),
      check: () => void ran.push('check'),
      execute: ({ contextValue }, next) => {
        ran.push(`execute ${contextValue ? 'with' : 'without'} context`);
        return next();
      },
      headers: () => ['x-team', 'yes'],
      done: (_exchange, status) => void ran.push(`done ${status}`),
    };
    await using server = await startWithSteps([step]);
    const all = ['admit with credentials', 'begin', 'check', 'execute with context', 'done 200'];
    for (const [how, onFastPath] of [
      [fetch, 0],
      [fetch, 1],
      [server.inProcess, 1],
    ] as const) {
      ran.length = 0;
      const answer = await server.ask(QUERY, {}, how);
      expect(await answer.json()).toMatchObject({ data: { me: { id: expect.any(String) } } });
      expect(answer.headers.get('x-team')).toBe('yes');
      expect(ran).toEqual(all);
      expect(server.fastPathCount()).toBe(onFastPath);
    }
  });

  it('refuses with its own error at each moment, the same by every adapter', async () => {
    const refuse = (when: string) => (exchange: Parameters<NonNullable<Step['admit']>>[0]) => {
      if (exchange.header('x-refuse') === when) throw new AppError(`Closed: ${when}`, { code: 'FORBIDDEN' });
    };
    const step: Step = {
      name: 'closed on Sundays',
      admit: refuse('admit'),
      begin: refuse('begin'),
      check: (_operation, exchange) =>
        exchange.header('x-refuse') === 'check'
          ? new AppError('Closed: check', { code: 'FORBIDDEN' })
          : undefined,
    };
    await using server = await startWithSteps([step]);
    expect((await server.ask(QUERY)).status).toBe(200);
    for (const when of ['admit', 'begin', 'check']) {
      for (const how of [fetch, server.inProcess]) {
        const answer = await server.ask(QUERY, { 'x-refuse': when }, how);
        expect({ status: answer.status, body: await answer.json() }).toEqual({
          status: 403,
          body: { errors: [{ message: `Closed: ${when}`, extensions: { code: 'FORBIDDEN' } }] },
        });
      }
    }
  });
});

describe('an error that cannot be answered as it was made', () => {
  const MADE_WITH: Readonly<Record<string, object>> = {
    'a header that cannot be sent': { code: 'FORBIDDEN', headers: { 'x-name': 'Łódź\r\n' } },
    'a header of the server': { code: 'FORBIDDEN', headers: { 'Transfer-Encoding': 'chunked' } },
    'a code that is none': { code: 'NOT_FOUND' },
  };

  it('is a bug in the log and a masked 500 for its client, at each moment and by every adapter', async () => {
    let failing: readonly [hook: string, options: object] | undefined;
    const fail = (hook: string) => () => {
      if (failing?.[0] === hook)
        throw new AppError('No', failing[1] as ConstructorParameters<typeof AppError>[1]);
    };
    const execute: Step['execute'] = (_execution, next) => {
      fail('execute')();
      return next();
    };
    await using server = await startWithSteps([
      { name: 'team', admit: fail('admit'), begin: fail('begin'), execute },
    ]);
    // The first is executed by Yoga, the others by the fast path where that is used.
    expect((await server.ask(QUERY)).status).toBe(200);
    for (const [made, options] of Object.entries(MADE_WITH))
      for (const hook of ['admit', 'begin', 'execute'])
        for (const how of [fetch, server.inProcess])
          for (const path of ['graphql', 'api/users/me']) {
            failing = [hook, options];
            const answer = await server.ask(QUERY, {}, how, path);
            expect([made, hook, path, answer.status]).toEqual([made, hook, path, 500]);
            expect(await answer.text()).toContain('INTERNAL_SERVER_ERROR');
          }
    expect(server.test.logged.filter((line) => line.includes('TypeError'))).toHaveLength(36);
  });
});

describe('a request that starts in one adapter and ends in the other', () => {
  it('is counted once against the rate limit of its user', async () => {
    await using server = await startWithSteps([], { RATE_LIMIT: '4' });
    // The first is executed by Yoga, the others by the fast path.
    const statuses: number[] = [];
    for (const _time of [1, 2, 3, 4, 5]) statuses.push((await server.ask(QUERY)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect(server.fastPathCount()).toBe(3);
  });
});

describe('a Yoga plugin of others', () => {
  it('switches the fast path off, sees every request, and may add to the context; the log says which it is', async () => {
    await using test = await startTestServer();
    let seen = 0;
    const plugin = {
      onExecute: () => {
        seen += 1;
      },
    };
    const server = createServer(test.services, { plugins: [plugin] });
    expect(test.logged.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        msg: 'The fast path is off: Yoga plugins of others would not see its requests',
        plugins: [['onExecute']],
      }),
    );
    const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
    for (const _time of [1, 2, 3]) {
      const answer = await fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ __typename }' }),
      });
      expect(answer.status).toBe(200);
      await answer.text();
    }
    expect(seen).toBe(3);
    await listening.close(0);
  });
});
