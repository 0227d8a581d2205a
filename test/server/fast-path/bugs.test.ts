import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/pipeline/step.ts';
import { createServer } from '../../../src/server/create-server.ts';
import { listen } from '../../../src/server/port.ts';
import { type Question, startTestServer } from '../../support/test-server.ts';
import { createWideSchema } from './schema.ts';

const BUGGY = 'a header that a step does not expect';

/** Custom pipeline steps, each with a bug in one hook. */
const buggySteps: readonly Step[] = [
  {
    name: 'buggy admission',
    admit(exchange) {
      if (exchange.header('x-buggy') === 'admit') throw new TypeError(BUGGY);
    },
  },
  {
    name: 'buggy asynchronous admission',
    async admit(exchange) {
      if (exchange.header('x-buggy') === 'admit later') throw new TypeError(BUGGY);
    },
  },
  {
    name: 'buggy start',
    begin(exchange) {
      if (exchange.header('x-buggy') === 'begin') throw new TypeError(BUGGY);
    },
  },
  {
    name: 'buggy execution',
    execute(_operation, next, exchange) {
      if (exchange.header('x-buggy') === 'execute') throw new TypeError(BUGGY);
      return next();
    },
  },
];

/** A valid query that triggers a bug with these variables or headers. */
const BUGS: Readonly<Record<string, readonly [query: string, question: Question]>> = {
  'a complexity function that throws': ['query ($n: Int) { uncountable(n: $n) }', { variables: { n: 1 } }],
  'an error that cannot be written as JSON': [
    'query ($yes: Boolean) { unspeakable(yes: $yes) }',
    { variables: { yes: true } },
  ],
  'a step whose admission throws': ['{ __typename }', { headers: { 'x-buggy': 'admit' } }],
  'a step whose admission rejects': ['{ __typename }', { headers: { 'x-buggy': 'admit later' } }],
  'a step that throws when the body is complete': ['{ __typename }', { headers: { 'x-buggy': 'begin' } }],
  'a step that throws around execution': ['{ __typename }', { headers: { 'x-buggy': 'execute' } }],
};

describe.each(Object.entries(BUGS))('%s', (_what, [query, { variables, headers: buggy }]) => {
  it('is answered as an internal error by both adapters and logged once with the request id', async () => {
    await using test = await startTestServer({ schema: createWideSchema() });
    const { services } = test;
    const server = createServer(services, { schema: createWideSchema(), steps: buggySteps });
    const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
    const send = (ask: typeof fetch, body: object, headers = {}) =>
      ask(`${listening.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'bug', ...headers },
        body: JSON.stringify(body),
      });
    // Send it once without triggering the bug, so that the fast path knows the operation.
    expect(await (await send(fetch, { query })).json()).toHaveProperty('data');

    for (const ask of [server.fetch as typeof fetch, fetch]) {
      test.logged.length = 0;
      const answer = await send(ask, { query, variables }, buggy);
      expect({ status: answer.status, body: await answer.json() }).toEqual({
        status: 500,
        body: {
          errors: [
            {
              message: 'Unexpected error',
              extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'bug' },
            },
          ],
        },
      });
      expect(answer.headers.get('x-request-id')).toBe('bug');
      const lines = test.logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 30);
      expect(lines).toMatchObject([
        { level: 50, msg: 'Unexpected error', requestId: 'bug', err: { stack: expect.any(String) } },
        {
          level: 30,
          msg: 'Request',
          requestId: 'bug',
          status: 500,
          codes: expect.arrayContaining(['INTERNAL_SERVER_ERROR']),
        },
      ]);
      expect(services.gauges().inFlight).toBe(0);
    }
    await listening.close(0);
  });
});
