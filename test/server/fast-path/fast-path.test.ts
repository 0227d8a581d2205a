import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../../src/graph/builder.ts';
import { type FastPathServer, startFastPathServer } from '../../support/fast-path-server.ts';
import { openRaw, sendRaw, statusOf } from '../../support/raw-http.ts';
import { createTestGraph } from '../../support/test-graph.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

// Properties that other tests prove of Yoga must hold on the fast path too. hostile-*.test.ts send tokens to both.

const EMAIL = '{ me { id email } }';

async function start(env: Record<string, string> = {}, schema = createTestGraph()) {
  const test = await startTestServer({ env, schema: schema.schema });
  const server = await startFastPathServer(test, { schema: schema.schema });
  return usable(test, server, schema);
}

/** The server's own graph, with a valid token, and `EMAIL` known to the fast path. */
async function startOwn(env: Record<string, string> = {}, timeouts = {}) {
  const test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0', ...env } });
  const server = await startFastPathServer(test, { timeouts });
  const { ada, grace } = test.emulator.people;
  const [token, other] = [await mint(test, ada.id), await mint(test, grace.id)];
  expect((await server.ask(EMAIL, { token: other })).status).toBe(200);
  test.emulator.control.resetCalls();
  return usable(test, server, { id: ada.id, token, other });
}

function usable<More extends object>(test: TestServer, server: FastPathServer, more: More) {
  return {
    ...more,
    test,
    server,
    async [Symbol.asyncDispose]() {
      test.emulator.control.heal();
      await server[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

const mint = ({ emulator: { control } }: TestServer, userId: string, options = {}) =>
  control.mintToken({ userId, ...options });

describe('the complexity of an operation on the fast path', () => {
  it('is computed anew for each set of variables', async () => {
    await using graph = await start();
    const query = 'query ($first: Int!) { nodes(first: $first) { id } }';
    const ofNodes = (first: number) => ({ variables: { first } });
    expect((await graph.server.ask(query, ofNodes(1))).status).toBe(200);
    for (const over of [10_000, 1_001]) {
      const { body } = await graph.server.askFastPath(query, ofNodes(1_000));
      expect(body.data.nodes).toHaveLength(1_000);
      const before = graph.resolved.nodes;
      const refused = await graph.server.askFastPath(query, ofNodes(over));
      expect(refused.body).toEqual({
        errors: [
          { message: expect.any(String), extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_COMPLEXITY' } },
        ],
      });
      expect(graph.resolved.nodes).toBe(before);
    }
  });

  it('cannot be evaded by an invalid null', async () => {
    await using graph = await start();
    const query =
      'query ($first: Int!, $n: Int = 1) { node { echo(number: $n) } nodes(first: $first) { id } }';
    expect((await graph.server.ask(query, { variables: { first: 1 } })).status).toBe(200);
    const before = graph.resolved.nodes;
    const variables = { first: 10_000, n: null };
    expect((await graph.server.askFastPath(query, { variables })).body).not.toHaveProperty('data');
    expect(graph.resolved.nodes).toBe(before);
  });
});

describe('a mutation on the fast path', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain;application/json',
    '',
  ])('is not executed when a page sends it as %j', async (type) => {
    await using graph = await start();
    expect((await graph.server.ask('mutation { count }')).body).toEqual({ data: { count: 1 } });
    expect((await graph.server.askFastPath('mutation { count }')).body).toEqual({ data: { count: 2 } });
    const body = '{"query":"mutation { count }"}';
    const head = `Host: localhost\r\nAccept: */*\r\nConnection: close\r\nContent-Length: ${body.length}`;
    const answer = await sendRaw(
      graph.server.url,
      `POST /graphql HTTP/1.1\r\n${head}\r\n${type && `Content-Type: ${type}\r\n`}\r\n${body}`,
    );
    expect(statusOf(answer)).toBe(415);
    const url = `${graph.server.url}/graphql?query=${encodeURIComponent('mutation { count }')}`;
    expect((await fetch(url)).status).toBe(405);
    expect(graph.resolved.mutations).toBe(2);
  });
});

describe('the rate limits on the fast path', () => {
  it('share their counts of users and addresses with Yoga', async () => {
    await using own = await startOwn({ RATE_LIMIT: '3', RATE_LIMIT_FAILED: '2', TRUST_PROXY: '1' });
    const { server, test, token, other } = own;
    for (const _time of [1, 2, 3]) expect((await server.askFastPath(EMAIL, { token })).status).toBe(200);
    const limited = await server.ask(EMAIL, { token });
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(test.emulator.control.calls().profile).toBe(3);
    expect((await server.askFastPath(EMAIL, { token: other })).status).toBe(200);

    const forged = await mint(test, test.emulator.people.linus.id, { forged: true });
    const from = (address: string) => ({ token: forged, headers: { 'x-forwarded-for': address } });
    const statuses: number[] = [];
    for (const _time of [1, 2, 3]) statuses.push((await server.ask(EMAIL, from('203.0.113.7'))).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await server.ask(EMAIL, from('1.1.1.1, 203.0.113.7'))).status).toBe(429);
    expect((await server.ask(EMAIL, from('198.51.100.9'))).status).toBe(401);
  });
});

describe('a duplicate token header on the fast path', () => {
  it.each(['Authorization: Bearer ', 'X-Stack-Access-Token: ', 'X-Hexclave-Access-Token: '])(
    'is refused, whichever token comes first: %s',
    async (header) => {
      await using own = await startOwn();
      const body = JSON.stringify({ query: EMAIL });
      for (const [one, two] of [
        [own.token, own.other],
        [own.other, own.token],
      ]) {
        const lines = ['Host: localhost', 'Accept: */*', 'Accept-Language: *', 'Connection: close'];
        const head = [...lines, 'Content-Type: application/json', `Content-Length: ${body.length}`];
        const answer = await sendRaw(
          own.server.url,
          `POST /graphql HTTP/1.1\r\n${[...head, `${header}${one}`, `${header}${two}`].join('\r\n')}\r\n\r\n${body}`,
        );
        expect(statusOf(answer)).toBe(401);
      }
      expect(own.test.emulator.control.calls().profile).toBe(0);
    },
  );
});

describe('requests in flight on the fast path', () => {
  it('are limited, and release their slots when they end or their client disconnects', async () => {
    await using own = await startOwn({ MAX_IN_FLIGHT: '2' });
    const { server, test, token, other } = own;
    const gate = test.emulator.control.hold('profile');
    const held = [server.askFastPath(EMAIL, { token }), server.askFastPath(EMAIL, { token: other })];
    await gate.arrived(2);
    const refused = await server.ask(EMAIL, { token });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(refused.body.errors?.[0]?.extensions['code']).toBe('OVERLOADED');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    gate.release();
    for (const { status } of await Promise.all(held)) expect(status).toBe(200);

    const again = test.emulator.control.hold('profile');
    const body = JSON.stringify({ query: EMAIL });
    const leaving = await Promise.all([openRaw(server.url), openRaw(server.url)]);
    for (const [index, { socket }] of leaving.entries()) {
      const head = `Host: localhost\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
      socket.write(
        `POST /graphql HTTP/1.1\r\n${head}\r\nX-Stack-Access-Token: ${[token, other][index]}\r\n\r\n${body}`,
      );
    }
    await again.arrived(2);
    for (const { socket } of leaving) socket.destroy();
    await again.left(2);
    again.release();
    await expect.poll(async () => (await server.ask(EMAIL, { token })).status).toBe(200);
    expect(test.services.gauges().inFlight).toBe(0);
  });

  it('do not include requests whose body never arrives', async () => {
    await using own = await startOwn(
      { MAX_IN_FLIGHT: '2' },
      { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 },
    );
    const { server, test, token } = own;
    const slow = await Promise.all(Array.from({ length: 10 }, () => openRaw(server.url)));
    const head = 'Host: localhost\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: 90000';
    for (const { socket } of slow) socket.write(`POST /graphql HTTP/1.1\r\n${head}\r\n\r\n{"query":"`);
    expect((await server.askFastPath(EMAIL, { token })).status).toBe(200);
    for (const { ended } of slow) expect(statusOf(await ended)).toBe(408);
    expect(test.services.gauges().inFlight).toBe(0);
  });
});

describe('EXECUTION_TIMEOUT on the fast path', () => {
  it('ends a request whose resolver never ends', async () => {
    const builder = createBuilder();
    builder.queryType({
      fields: (t) => ({
        maybe: t.string({
          nullable: true,
          args: { never: t.arg.boolean({ required: true }) },
          resolve: (_root, { never }) => (never ? new Promise<string>(() => {}) : Promise.resolve('soon')),
        }),
      }),
    });
    const schema = builder.toSchema();
    await using test = await startTestServer({ env: { EXECUTION_TIMEOUT: '0.1' }, schema });
    await using server = await startFastPathServer(test, { schema });
    const query = 'query ($never: Boolean!) { maybe(never: $never) }';
    expect((await server.ask(query, { variables: { never: false } })).body).toEqual({
      data: { maybe: 'soon' },
    });
    const { status, headers, body } = await server.askFastPath(query, { variables: { never: true } });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'TIMEOUT', retryAfter: 1 } }],
    });
    expect(test.services.gauges().inFlight).toBe(0);
  });

  it('nulls only the profile field while the provider hangs, and cancels the call', async () => {
    await using own = await startOwn({ EXECUTION_TIMEOUT: '0.2', UPSTREAM_TIMEOUT: '60' });
    const { server, test, token, id } = own;
    const gate = test.emulator.control.hold('profile');
    const { status, body } = await server.askFastPath(EMAIL, { token });
    expect({ status, data: body.data }).toEqual({ status: 200, data: { me: { id, email: null } } });
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_UNAVAILABLE']);
    await gate.left(1);
  });
});

describe('a request that the fast path cannot answer', () => {
  it.each<[string, string]>([
    ['an empty body', ''],
    ['half a body', '{"query":"{ me {'],
    ['a number', '7'],
    ['a list', `[${JSON.stringify({ query: EMAIL })}]`],
    ['an unknown operation name', JSON.stringify({ query: EMAIL, operationName: 'x' })],
    ['an unknown member', `{"query":"${EMAIL}","__proto__":{"polluted":true}}`],
    ['variables that are a list', `{"query":"${EMAIL}","variables":[]}`],
    ['an extension', `{"query":"${EMAIL}","extensions":{"persistedQuery":{}},"x":1}`],
    ['40,000 nested lists', `{"query":"${EMAIL}","variables":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
    ['a new and invalid document', JSON.stringify({ query: '{ nothing }' })],
  ])('is answered by Yoga and leaves no request in flight: %s', async (_what, body) => {
    await using own = await startOwn({ MAX_IN_FLIGHT: '2' });
    for (const _time of [1, 2, 3]) {
      const answer = await fetch(`${own.server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBeLessThan(500);
      expect(await answer.json()).not.toHaveProperty('data');
    }
    expect(own.test.services.gauges().inFlight).toBe(0);
    expect((await own.server.askFastPath(EMAIL, { token: own.token })).status).toBe(200);
    expect({}).not.toHaveProperty('polluted');
  });
});
