import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../src/request/context.ts';
import { createServer, type ServerOptions } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { startTestServer } from '../support/test-server.ts';

/** What happened to the sources of a schema. */
interface Watched {
  readonly contexts: object[];
  readonly sources: RequestContext[];
  started: number;
  ended: number;
  aborted: number;
}

/** A subscription that counts: each event is a number, and some numbers are trouble. */
function createCountingSchema(watched: Watched): GraphQLSchema {
  async function* count(_root: unknown, { to }: { to: number }, context: RequestContext) {
    const { cancellation } = context;
    watched.started += 1;
    watched.sources.push(context);
    cancellation.signal.addEventListener('abort', () => {
      watched.aborted += 1;
    });
    try {
      for (let n = 1; n <= to; n += 1) yield n;
      if (to === 0)
        await new Promise((_resolve, reject) => cancellation.signal.addEventListener('abort', reject));
    } finally {
      watched.ended += 1;
    }
  }
  const Count = new GraphQLObjectType<number, RequestContext>({
    name: 'Count',
    fields: {
      n: { type: new GraphQLNonNull(GraphQLInt), resolve: (n) => n },
      user: { type: GraphQLString, resolve: (_n, _args, { user }) => user?.id },
      email: {
        type: GraphQLString,
        resolve: async (_n, _args, { user, loaders }) => user && (await loaders.profile.load(user.id)).email,
      },
      context: { type: GraphQLInt, resolve: (_n, _args, context) => watched.contexts.push(context) },
      trouble: {
        type: GraphQLString,
        resolve: (n) => {
          if (n === 2) throw new TypeError('a bug');
          return n === 3 ? new Promise(() => {}) : 'none';
        },
      },
    },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { n: { type: GraphQLInt, resolve: () => 1 } } }),
    subscription: new GraphQLObjectType<unknown, RequestContext>({
      name: 'Subscription',
      fields: {
        count: {
          type: Count,
          args: { to: { type: new GraphQLNonNull(GraphQLInt) } },
          extensions: {
            complexity: ({ args, childComplexity }: never) => args['to'] * (1 + childComplexity),
          },
          subscribe: count,
          resolve: (n) => n,
        },
        eager: { type: GraphQLInt, subscribe: () => openEagerSource(watched) },
        broken: {
          type: GraphQLInt,
          subscribe: () => {
            throw new TypeError('a bug');
          },
        },
      },
    }),
  });
}

/** A source that is open before its first event is asked for, and has none. */
function openEagerSource(watched: Watched): AsyncIterableIterator<number> {
  watched.started += 1;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => new Promise(() => {}),
    async return() {
      watched.ended += 1;
      return { done: true, value: undefined };
    },
  };
}

async function start(env: Readonly<Record<string, string>> = {}, options: ServerOptions = {}) {
  const watched: Watched = { contexts: [], sources: [], started: 0, ended: 0, aborted: 0 };
  const test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0', ...env } });
  const server = createServer(test.services, { ...options, schema: createCountingSchema(watched) });
  const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
  const { ada } = test.emulator.people;
  const token = await test.emulator.control.mintToken({ userId: ada.id });
  const open = (query: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${listening.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'x-stack-access-token': token,
        ...headers,
      },
      body: JSON.stringify({ query }),
    });
  return {
    test,
    watched,
    ada,
    open,
    events: async (query: string) => eventsOf(await (await open(query)).text()),
    async [Symbol.asyncDispose]() {
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

function eventsOf(text: string): unknown[] {
  return [...text.matchAll(/^event: next\ndata: (.+)$/gm)].map(([, data]) => JSON.parse(String(data)));
}

describe('a subscription', () => {
  it('executes each event with a new context and new loaders, for the same user', async () => {
    await using server = await start();
    const events = await server.events('subscription { count(to: 3) { n user email context } }');
    const { id } = server.ada;
    expect(events).toEqual(
      [1, 2, 3].map((n) => ({
        data: { count: { n, user: id, email: 'ada@example.test', context: n } },
      })),
    );
    expect(new Set(server.watched.contexts).size).toBe(3);
    // The context of the source is released with the stream, and so knows no user any more.
    expect(server.watched.sources.map(({ user }) => user)).toEqual([undefined]);
    // No cache of profiles is on: each event has asked with a loader of its own.
    expect(server.test.emulator.control.calls().profile).toBe(3);
  });

  it('passes admission and checks once, and execution with each event', async () => {
    const ran: string[] = [];
    await using server = await start(
      {},
      {
        steps: [
          {
            name: 'recording',
            admit: () => void ran.push('admit'),
            begin: () => void ran.push('begin'),
            check: () => void ran.push('check'),
            execute: (_operation, next) => {
              ran.push('execute');
              return next();
            },
            done: (_exchange, status) => void ran.push(`done ${status}`),
          },
        ],
      },
    );
    await server.events('subscription { count(to: 2) { n } }');
    expect(ran).toEqual(['admit', 'begin', 'check', 'execute', 'execute', 'done 200']);
  });

  it('is refused by the same limits as a query, before its source starts', async () => {
    await using server = await start({ MAX_COMPLEXITY: '10', AUTH_REQUIRED: 'true' });
    const refused = await server.open('subscription { count(to: 6) { n } }', { accept: 'application/json' });
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_COMPLEXITY' } }],
    });
    const forged = { 'x-stack-access-token': 'garbage' };
    expect((await server.open('subscription { count(to: 1) { n } }', forged)).status).toBe(401);
    expect(server.watched.started).toBe(0);
  });

  it('limits the time of each event, masks and logs its bugs, and goes on', async () => {
    await using server = await start({ EXECUTION_TIMEOUT: '0.2' });
    const events = await server.events('subscription { count(to: 4) { n trouble } }');
    expect(events).toMatchObject([
      { data: { count: { n: 1, trouble: 'none' } } },
      {
        data: { count: { n: 2, trouble: null } },
        errors: [
          {
            message: 'Unexpected error',
            path: ['count', 'trouble'],
            extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
          },
        ],
      },
      { errors: [{ extensions: { code: 'TIMEOUT' } }] },
      { data: { count: { n: 4, trouble: 'none' } } },
    ]);
    const errors = server.test.logged.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errors).toMatchObject([{ msg: 'Unexpected error', err: { message: 'a bug' } }]);
  });

  it('answers a source that fails at its start as a masked error', async () => {
    await using server = await start();
    const answer = await server.open('subscription { broken }', { accept: 'application/json' });
    // One status: an error of the field, as with a query.
    expect(answer.status).toBe(200);
    await expect
      .poll(() => server.test.logged.map((line) => JSON.parse(line)))
      .toContainEqual(
        expect.objectContaining({ msg: 'Request', status: 200, codes: ['INTERNAL_SERVER_ERROR'] }),
      );
    expect(await answer.json()).toMatchObject({
      errors: [{ message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });

  it('is refused with a code, and closes its source, where Accept allows no stream', async () => {
    await using server = await start();
    const answer = await server.open('subscription { eager }', { accept: 'application/json' });
    expect(answer.status).toBe(406);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect([server.watched.started, server.watched.ended]).toEqual([1, 1]);
  });

  it('is not counted in flight, and ends its source when the client disconnects', async () => {
    await using server = await start({ MAX_IN_FLIGHT: '1' });
    const stream = await server.open('subscription { count(to: 0) { n } }');
    expect(stream.status).toBe(200);
    await expect.poll(() => server.watched.started).toBe(1);
    expect(server.test.services.gauges().inFlight).toBe(0);
    expect((await server.events('subscription { count(to: 1) { n } }')).length).toBe(1);
    const ended = server.watched.ended;
    await stream.body?.cancel();
    await expect.poll(() => [server.watched.aborted, server.watched.ended - ended]).toEqual([1, 1]);
  });
});
