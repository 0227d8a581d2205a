import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { listen } from '../../src/server/port.ts';
import { createClock } from '../support/clock.ts';
import { openRaw } from '../support/raw-http.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

const EMAIL = '{ me { email } }';

async function start(env: Record<string, string> = {}) {
  const test = await startTestServer({ env });
  const { id } = test.emulator.people.ada;
  return Object.assign(test, { id, token: await test.emulator.control.mintToken({ userId: id }) });
}

/** Tokens of different users, so that no two requests share a profile call. */
async function tokensOf({ emulator: { control } }: TestServer, count: number): Promise<readonly string[]> {
  const users = Array.from({ length: count }, () => control.createUser());
  return Promise.all(users.map(({ id }) => control.mintToken({ userId: id })));
}

function expectOverloaded({ status, headers, body }: Answer) {
  expect({ status, retryAfter: headers.get('retry-after'), body }).toEqual({
    status: 503,
    retryAfter: '1',
    body: {
      errors: [
        { message: 'Too many requests at this moment', extensions: { code: 'OVERLOADED', retryAfter: 1 } },
      ],
    },
  });
}

describe('requests in flight', () => {
  it('are refused at once beyond MAX_IN_FLIGHT, while health is answered', async () => {
    await using test = await start({ MAX_IN_FLIGHT: '3', CORS_ORIGINS: 'https://app.example.com' });
    const gate = test.emulator.control.hold('profile');
    const held = (await tokensOf(test, 3)).map((token) => test.ask(EMAIL, { token }));
    await gate.arrived(3);

    expectOverloaded(await test.ask('{ __typename }'));
    expectOverloaded(await test.ask(EMAIL, { token: test.token }));
    expect((await test.ask(EMAIL, { token: 'garbage' })).status).toBe(401);
    const refused = await test.ask('{ __typename }', {
      headers: { origin: 'https://app.example.com', accept: 'application/graphql-response+json' },
    });
    expectOverloaded(refused);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(refused.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect((await test.fetch('/health')).status).toBe(200);

    gate.release();
    for (const { status, body } of await Promise.all(held)) {
      expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    }
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });

  it('are served up to MAX_IN_FLIGHT', async () => {
    await using test = await start({ MAX_IN_FLIGHT: '3' });
    const gate = test.emulator.control.hold('profile');
    const held = (await tokensOf(test, 2)).map((token) => test.ask(EMAIL, { token }));
    await gate.arrived(2);
    for (const _time of [1, 2, 3]) expect((await test.ask('{ __typename }')).status).toBe(200);
    gate.release();
    await Promise.all(held);
  });

  it('do not include those refused as too many', async () => {
    await using test = await start({ MAX_IN_FLIGHT: '1' });
    const gate = test.emulator.control.hold('profile');
    const held = test.ask(EMAIL, { token: test.token });
    await gate.arrived(1);
    const crowd = await Promise.all(Array.from({ length: 100 }, () => test.ask('{ __typename }')));
    for (const answer of crowd) expectOverloaded(answer);
    gate.release();
    expect((await held).body).toEqual({ data: { me: { email: 'ada@example.test' } } });
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });

  it.each<[string, (test: TestServer) => Promise<unknown>]>([
    ['a bad token', (test) => test.ask(EMAIL, { token: 'garbage' })],
    ['a document that does not parse', (test) => test.ask('{')],
    ['a document over a limit', (test) => test.ask(`{ ${'__typename '.repeat(30)} }`)],
    ['a body that is not JSON', (test) => test.fetch('/graphql', { method: 'POST', body: '{' })],
    ['another method', (test) => test.fetch('/graphql', { method: 'PUT' })],
    ['another path', (test) => test.fetch('/nowhere')],
    ['a preflight', (test) => test.fetch('/graphql', { method: 'OPTIONS' })],
    ['health', (test) => test.fetch('/health')],
  ])('end with %s', async (_what, ask) => {
    await using test = await start({ MAX_IN_FLIGHT: '1' });
    for (const _time of [1, 2, 3]) await ask(test);
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });

  it('end when their client disconnects, and so do their provider calls', async () => {
    await using test = await start({ MAX_IN_FLIGHT: '2' });
    const listening = await listen(test.listener, { host: '127.0.0.1', port: 0 });
    const gate = test.emulator.control.hold('profile');
    const connections = await Promise.all(
      (await tokensOf(test, 2)).map(async (token) => {
        const connection = await openRaw(listening.url);
        connection.socket.write(
          `GET /graphql?query=%7Bme%7Bemail%7D%7D HTTP/1.1\r\nHost: localhost\r\nX-Stack-Access-Token: ${token}\r\n\r\n`,
        );
        return connection;
      }),
    );
    await gate.arrived(2);
    expectOverloaded(await test.ask('{ __typename }'));
    for (const { socket } of connections) socket.destroy();
    await gate.left(2);
    await expect.poll(async () => (await test.ask('{ __typename }')).status).toBe(200);
    await listening.close(0);
  });
});

describe('EXECUTION_TIMEOUT', () => {
  const timeout = (path?: readonly string[]) => ({
    message: 'The time for this request is over',
    ...(path && { path, locations: expect.any(Array) }),
    extensions: { code: 'TIMEOUT', retryAfter: 1 },
  });

  /** A field that never resolves, one that rejects on abort, and one that resolves at once. */
  const slowSchema = () => {
    const builder = createBuilder();
    builder.queryType({
      fields: (t) => ({
        never: t.string({ nullable: true, resolve: () => new Promise<string>(() => {}) }),
        cancellable: t.string({
          nullable: true,
          resolve: (_root, _args, { cancellation: { signal } }) =>
            new Promise<string>((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
        }),
        soon: t.string({ resolve: async () => 'soon' }),
      }),
    });
    return builder.toSchema();
  };

  it('ends a request whose resolver never ends', async () => {
    await using test = await startTestServer({ schema: slowSchema(), env: { EXECUTION_TIMEOUT: '0.1' } });
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status, headers, body } = await test.ask('{ soon never }', { headers: { accept } });
      expect({ status, retryAfter: headers.get('retry-after'), body }).toEqual({
        status: 503,
        retryAfter: '1',
        body: { errors: [timeout()] },
      });
    }
  });

  it('frees the in-flight slots of requests whose resolver never ends', async () => {
    const env = { EXECUTION_TIMEOUT: '0.1', MAX_IN_FLIGHT: '5' };
    await using test = await startTestServer({ schema: slowSchema(), env });
    for (const _round of [1, 2]) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => test.ask('{ never }')));
      expect(answers.map(({ body }) => body)).toEqual(Array(5).fill({ errors: [timeout()] }));
    }
    expect((await test.ask('{ soon }')).body).toEqual({ data: { soon: 'soon' } });
  });

  it('nulls only the field whose resolver observes the abort signal', async () => {
    await using test = await startTestServer({ schema: slowSchema(), env: { EXECUTION_TIMEOUT: '0.1' } });
    const { status, headers, body } = await test.ask('{ soon cancellable }');
    expect({ status, retryAfter: headers.get('retry-after'), body }).toEqual({
      status: 200,
      retryAfter: null,
      body: { data: { soon: 'soon', cancellable: null }, errors: [timeout(['cancellable'])] },
    });
  });

  it('does not affect a request that ends in time', async () => {
    await using test = await startTestServer({ schema: slowSchema(), env: { EXECUTION_TIMEOUT: '60' } });
    expect((await test.ask('{ soon }')).body).toEqual({ data: { soon: 'soon' } });
  });

  it('nulls only a field whose profile call starts too late, and cancels the call', async () => {
    const builder = createBuilder();
    builder.queryType({
      fields: (t) => ({
        late: t.withAuth({ authenticated: true }).string({
          nullable: true,
          resolve: async (_root, _args, { user, loaders }) => {
            // Later than a fifth of EXECUTION_TIMEOUT, so that the request's time limit ends before the call's.
            await setTimeout(300);
            return (await loaders.profile.load(user.id)).displayName;
          },
        }),
        soon: t.string({ resolve: async () => 'soon' }),
      }),
    });
    await using test = await startTestServer({
      schema: builder.toSchema(),
      env: { EXECUTION_TIMEOUT: '1', UPSTREAM_TIMEOUT: '60' },
    });
    const { control, people } = test.emulator;
    const gate = control.hold('profile');
    const token = await control.mintToken({ userId: people.ada.id });
    const { status, body } = await test.ask('{ soon late }', { token });
    expect({ status, body }).toEqual({
      status: 200,
      body: { data: { soon: 'soon', late: null }, errors: [timeout(['late'])] },
    });
    await gate.left(1);
    expect(control.calls().profile).toBe(1);
  });
});

describe('a provider that hangs for longer than EXECUTION_TIMEOUT', () => {
  const env = { EXECUTION_TIMEOUT: '0.2', UPSTREAM_TIMEOUT: '60' };
  const unavailable = { extensions: { code: 'UPSTREAM_UNAVAILABLE' } };

  it('nulls only the profile fields, and the call is cancelled', async () => {
    await using test = await start(env);
    const gate = test.emulator.control.hold('profile');
    const { status, body } = await test.ask('{ me { id email displayName } session { id } }', {
      token: test.token,
    });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        data: { me: { id: test.id, email: null, displayName: null }, session: { id: expect.any(String) } },
        errors: [
          { path: ['me', 'email'], ...unavailable },
          { path: ['me', 'displayName'], ...unavailable },
        ],
      },
    });
    await gate.left(1);
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('is replaced by a stale cached profile before the request times out', async () => {
    const clock = createClock();
    await using test = await startTestServer({ env, clock });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const email = { data: { me: { email: 'ada@example.test' } } };
    expect((await test.ask(EMAIL, { token })).body).toEqual(email);
    clock.advance(30_000);
    control.fail('profile', { kind: 'hang' });
    expect((await test.ask(EMAIL, { token })).body).toEqual(email);
    expect(control.calls().profile).toBe(2);
  });

  it('opens the breaker after five such calls', async () => {
    await using test = await start(env);
    test.emulator.control.fail('profile', { kind: 'hang' });
    const tokens = await tokensOf(test, 5);
    await Promise.all(tokens.map((token) => test.ask(EMAIL, { token })));
    expect(test.services.gauges().breaker).toBe('open');
  });
});
