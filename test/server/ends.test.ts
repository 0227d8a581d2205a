import { GraphQLInt, GraphQLObjectType, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { Step } from '../../src/pipeline/step.ts';
import { createServer, type ServerOptions } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { openRaw } from '../support/raw-http.ts';
import { startTestServer } from '../support/test-server.ts';

const QUERY = '{"query":"{ __typename }"}';
const POST = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const request = `${POST}Content-Length: ${QUERY.length}\r\n\r\n${QUERY}`;

/** A server whose steps note how each request ended. */
async function start(options: ServerOptions = {}, env: Readonly<Record<string, string>> = {}) {
  const test = await startTestServer({ env });
  const { services, emulator } = test;
  const ended: number[] = [];
  const noting: Step = { name: 'noting', done: (_exchange, status) => void ended.push(status) };
  const server = createServer(services, { ...options, steps: [noting, ...(options.steps ?? [])] });
  const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
  const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
  return {
    ended,
    token,
    control: emulator.control,
    logged: test.logged,
    url: listening.url,
    inProcess: server.fetch,
    inFlight: () => services.gauges().inFlight,
    ask: (query: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    async [Symbol.asyncDispose]() {
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

/** A promise, and the function that resolves it. */
function createGate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** Holds every execution until the gate opens. */
function holding(gate: Promise<void>, started: { count: number }): Step {
  return {
    name: 'holding',
    execute: async (_operation, next) => {
      started.count += 1;
      await gate;
      return next();
    },
  };
}

describe('requests that are pipelined on one connection', () => {
  it('all end when it closes, whether their response had its turn or not', async () => {
    const gate = createGate();
    const started = { count: 0 };
    await using server = await start({ steps: [holding(gate.opened, started)] });
    const { socket } = await openRaw(server.url);
    socket.write(request.repeat(5));
    await expect.poll(() => started.count).toBe(5);
    expect(server.inFlight()).toBe(5);
    socket.destroy();
    await expect.poll(() => server.ended).toEqual([499, 499, 499, 499, 499]);
    expect(server.inFlight()).toBe(0);
    gate.open();
  });

  it('end with a refusal that closes their connection, and never use up the limit', async () => {
    await using server = await start({}, { MAX_IN_FLIGHT: '20' });
    const refused = `${POST}X-Stack-Access-Token: bad\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    for (const _connection of [1, 2, 3]) {
      const { socket } = await openRaw(server.url);
      socket.write(refused + request.repeat(15));
      socket.end();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    await expect.poll(() => server.ended.length).toBe(3 * 16);
    expect(server.inFlight()).toBe(0);
    expect((await server.ask('{ __typename }')).status).toBe(200);
  });

  it('end each once where they are all answered', async () => {
    await using server = await start();
    const { socket } = await openRaw(server.url);
    socket.write(request.repeat(20));
    await expect.poll(() => server.ended.length).toBe(20);
    socket.destroy();
    expect(new Set(server.ended)).toEqual(new Set([200]));
    expect(server.inFlight()).toBe(0);
  });
});

describe('a client that disconnects while it is admitted', () => {
  it.each([
    ['GET', `GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['POST', request],
  ])('leaves nothing in flight after a %s', async (_method, text) => {
    const gate = createGate();
    const arrived = { count: 0 };
    const step: Step = {
      name: 'slow admission',
      admit: async () => {
        arrived.count += 1;
        await gate.opened;
      },
    };
    await using server = await start({ steps: [step] });
    const { socket } = await openRaw(server.url);
    socket.write(text);
    await expect.poll(() => arrived.count).toBe(1);
    socket.destroy();
    await expect.poll(() => server.ended).toEqual([499]);
    gate.open();
    // Answered after the other was admitted.
    expect((await server.ask('{ __typename }')).status).toBe(200);
    expect(server.inFlight()).toBe(0);
  });
});

describe('a request within the process', () => {
  const ask = { method: 'POST', headers: { 'content-type': 'application/json' }, body: QUERY };

  it('ends as 499 where its signal aborts', async () => {
    const gate = createGate();
    const started = { count: 0 };
    await using server = await start({ steps: [holding(gate.opened, started)] });
    const controller = new AbortController();
    const answer = server.inProcess('http://localhost/graphql', { ...ask, signal: controller.signal });
    await expect.poll(() => started.count).toBe(1);
    controller.abort();
    await expect(answer).rejects.toThrow();
    expect(server.ended).toEqual([499]);
    expect(server.inFlight()).toBe(0);
    gate.open();
  });

  it('is not in flight once it is answered, though its body is never read', async () => {
    await using server = await start({}, { MAX_IN_FLIGHT: '2' });
    for (const _time of [1, 2, 3, 4]) {
      expect((await server.inProcess('http://localhost/graphql', ask)).status).toBe(200);
    }
    expect(server.inFlight()).toBe(0);
  });
});

describe('an answer that cannot be written', () => {
  it.each([
    ['a character that no header has', ['x-user', 'Łukasz']],
    ['a line break', ['x-user', 'a\r\nx-admin: yes']],
    ['a name that is none', ['x user', 'a']],
    ['a name without a value', ['x-user']],
    ['a length of its own', ['content-length', '1']],
  ])('is written without the header of a step that has %s', async (_what, headers) => {
    await using server = await start({ steps: [{ name: 'buggy', headers: () => headers }] });
    for (const _adapter of ['Yoga', 'the fast path']) {
      const answer = await server.ask('{ __typename }');
      expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
      expect(answer.headers.get('x-admin')).toBeNull();
    }
    expect((await server.ask('{ __typename }', { 'x-stack-access-token': 'bad' })).status).toBe(401);
    expect(server.logged.join('')).toContain('A step failed');
  });

  it.each([
    ['a status that is none', new AppError('No', { code: 'FORBIDDEN', status: 42 }), 403],
    ['a value without a text', Object.create(null), 500],
    ['nothing', undefined, 500],
  ])('is a refusal where a step throws %s', async (_what, thrown, status) => {
    const step: Step = {
      name: 'throwing',
      admit: () => {
        throw thrown;
      },
    };
    await using server = await start({ steps: [step] });
    expect((await server.ask('{ __typename }')).status).toBe(status);
    expect(server.inFlight()).toBe(0);
  });

  it('is a masked error in place of an event that JSON cannot write', async () => {
    const Raw = new GraphQLScalarType({ name: 'Raw', serialize: (value) => value });
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { n: { type: GraphQLInt } } }),
      subscription: new GraphQLObjectType({
        name: 'Subscription',
        fields: {
          raw: {
            type: Raw,
            subscribe: async function* subscribe() {
              yield 1;
              yield 10n;
              yield 2;
            },
            resolve: (value) => value,
          },
        },
      }),
    });
    await using server = await start({ schema });
    const answer = await server.ask('subscription { raw }', { accept: 'text/event-stream' });
    const events = [...(await answer.text()).matchAll(/^data: (.+)$/gm)].map(([, data]) =>
      JSON.parse(String(data)),
    );
    expect(events).toMatchObject([
      { data: { raw: 1 } },
      { errors: [{ message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
      { data: { raw: 2 } },
    ]);
  });
});

describe('the headers of a step', () => {
  it('are merged with those of the server in the same way by every adapter', async () => {
    const headers = [
      'Vary',
      'Accept-Language',
      'cache-control',
      'max-age=5',
      'set-cookie',
      'a=1',
      'set-cookie',
      'b=2',
    ];
    await using server = await start({ steps: [{ name: 'localised', headers: () => headers }] });
    for (const _adapter of ['Yoga', 'the fast path']) {
      const answer = await server.ask('{ __typename }');
      expect(answer.headers.get('vary')).toBe('Origin, Accept-Language');
      expect(answer.headers.get('cache-control')).toBe('max-age=5');
      expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    }
  });
});

describe('a page that fails', () => {
  it('is answered as a masked error, and logged', async () => {
    const page = {
      owns: ({ path }: { readonly path: string }) => path === '/page',
      respond: async () => {
        throw new TypeError('a bug');
      },
    };
    await using server = await start({ pages: [page] });
    const answer = await fetch(`${server.url}/page`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('a bug');
    expect(server.logged.join('')).toContain('a bug');
  });
});

describe('the source of a subscription that starts too late', () => {
  /** A source that starts when the gate opens. */
  function createLateSchema(gate: Promise<void>, watched: { asked: number; closed: number }) {
    return new GraphQLSchema({
      query: new GraphQLObjectType({ name: 'Query', fields: { n: { type: GraphQLInt } } }),
      subscription: new GraphQLObjectType({
        name: 'Subscription',
        fields: {
          n: {
            type: GraphQLInt,
            subscribe: async () => {
              watched.asked += 1;
              await gate;
              return {
                [Symbol.asyncIterator]: () => ({
                  next: () => new Promise(() => {}),
                  return: async () => {
                    watched.closed += 1;
                    return { done: true, value: undefined };
                  },
                }),
              };
            },
          },
        },
      }),
    });
  }

  it('is closed where its client has disconnected', async () => {
    const gate = createGate();
    const watched = { asked: 0, closed: 0 };
    await using server = await start({ schema: createLateSchema(gate.opened, watched) });
    const body = '{"query":"subscription { n }"}';
    const { socket } = await openRaw(server.url);
    socket.write(`${POST}Accept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(() => watched.asked).toBe(1);
    socket.destroy();
    await expect.poll(() => server.ended).toEqual([499]);
    gate.open();
    await expect.poll(() => watched.closed).toBe(1);
    expect(server.inFlight()).toBe(0);
  });

  it('is closed where its time was over', async () => {
    const gate = createGate();
    const watched = { asked: 0, closed: 0 };
    const schema = createLateSchema(gate.opened, watched);
    await using server = await start({ schema }, { EXECUTION_TIMEOUT: '0.1' });
    const answer = await server.ask('subscription { n }', { accept: 'application/json, text/event-stream' });
    expect(await answer.text()).toContain('TIMEOUT');
    gate.open();
    await expect.poll(() => watched.closed).toBe(1);
  });
});
