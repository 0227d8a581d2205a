import { GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString, getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { RefusingLimit } from '../../src/core/events.ts';
import { createServer } from '../../src/server/create-server.ts';
import { startTestServer } from '../support/test-server.ts';

const LIMIT = 10_000;
const TOO_LARGE = {
  errors: [
    {
      message: 'The answer is larger than 10000 bytes',
      extensions: { code: 'LIMIT_EXCEEDED', reason: 'RESPONSE_LIMIT' },
    },
  ],
  data: null,
};

/** As many aliases of a field. */
const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

const WAYS = ['Yoga', 'the fast path', 'fetch within the process'] as const;

async function start() {
  const done: string[] = [];
  const text = { type: GraphQLString, args: { of: { type: GraphQLString } } };
  const description = 'A description that makes introspection larger than the limit. '.repeat(200);
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      description,
      fields: {
        text: { ...text, resolve: (_root, { of }) => of.repeat(1_000) },
        list: {
          type: new GraphQLList(GraphQLString),
          resolve: () => Array.from({ length: 2_000 }, () => 'short'),
        },
        fails: {
          ...text,
          resolve: () => {
            throw new TypeError('a bug');
          },
        },
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: { write: { ...text, resolve: (_root, { of }) => done.push(of) && of.repeat(20_000) } },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        sizes: {
          type: GraphQLString,
          subscribe: async function* subscribe() {
            yield* [10, 20_000, 10];
          },
          resolve: (size) => 'é'.repeat(size),
        },
      },
    }),
  });
  const test = await startTestServer({ env: { RESPONSE_LIMIT: String(LIMIT), INTROSPECTION: 'on' }, schema });
  const inProcess = createServer(test.services, { schema });
  const limits: RefusingLimit[] = [];
  test.services.events.subscribe((event) => event.kind === 'limit' && limits.push(event.limit));
  const send = (query: string, way: (typeof WAYS)[number], accept = 'application/json') => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    };
    return way === 'fetch within the process'
      ? inProcess.fetch('http://localhost/graphql', init)
      : test.fetch('/graphql', init);
  };
  return { test, send, done, limits, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

describe('an answer', () => {
  it('that exceeds the limit in bytes is replaced as a whole, in every adapter', async () => {
    await using server = await start();
    let fast = 0;
    server.test.services.events.subscribe(({ kind }) => {
      if (kind === 'fast-path') fast += 1;
    });
    const queries = [
      `{ ${aliases(20, 'text(of: "a")')} }`,
      // 4,000 characters of three bytes.
      `{ ${aliases(4, 'text(of: "語")')} }`,
      '{ list }',
      // The errors of fields are replaced as well.
      `{ ${aliases(12, 'text(of: "a")')} fails }`,
    ];
    for (const query of queries) {
      for (const way of WAYS) {
        for (const accept of ['application/json', 'application/graphql-response+json']) {
          const answer = await server.send(query, way, accept);
          expect([query, way, answer.status]).toEqual([query, way, 200]);
          expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
          expect(await answer.json()).toEqual(TOO_LARGE);
        }
      }
    }
    expect(fast).toBeGreaterThanOrEqual(8);
    expect(server.limits).toEqual(new Array(24).fill('RESPONSE_LIMIT'));
    expect(server.test.logged.filter((line) => line.includes('"LIMIT_EXCEEDED"'))).toHaveLength(24);
  });

  it('within the limit is sent, however near', async () => {
    await using server = await start();
    for (const way of WAYS) {
      const answer = await (await server.send(`{ ${aliases(9, 'text(of: "a")')} }`, way)).json();
      expect(Object.keys(answer.data)).toHaveLength(9);
      const wide = await (await server.send(`{ ${aliases(3, 'text(of: "語")')} }`, way)).json();
      expect(Object.keys(wide.data)).toHaveLength(3);
    }
    expect(server.limits).toEqual([]);
  });

  it('of a mutation that was executed says so by its status', async () => {
    await using server = await start();
    const answer = await server.send(
      'mutation { write(of: "a") }',
      'Yoga',
      'application/graphql-response+json',
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(TOO_LARGE);
    expect(server.done).toEqual(['a']);
  });

  it('to introspection may be as large as the schema, but no larger', async () => {
    await using server = await start();
    const inspect = async (query: string) => (await server.send(query, 'the fast path')).json();
    for (const _way of ['Yoga', 'the fast path']) {
      const { data } = await inspect(getIntrospectionQuery());
      expect(JSON.stringify(data).length).toBeGreaterThan(LIMIT);
      expect(data.__schema.types.length).toBeGreaterThan(5);
      expect(await inspect(`{ ${aliases(15, '__schema { types { description } }')} }`)).toEqual(TOO_LARGE);
      // Small enough for a schema, but it is none.
      expect(await inspect(`{ __typename ${aliases(10, 'text(of: "a")')} }`)).toEqual(TOO_LARGE);
    }
  });
});

describe('an event of a subscription', () => {
  it.each(WAYS)('that exceeds the limit is replaced, and the stream goes on (%s)', async (way) => {
    await using server = await start();
    const text = await (await server.send('subscription { sizes }', way, 'text/event-stream')).text();
    const events = [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(String(data)));
    const small = { data: { sizes: 'é'.repeat(10) } };
    expect(events).toEqual([small, TOO_LARGE, small]);
    expect(server.limits).toEqual(['RESPONSE_LIMIT']);
  });
});
