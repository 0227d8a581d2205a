import { describe, expect, it } from 'vitest';
import type { Authenticate } from '../../../src/auth/authenticate.ts';
import { createServer } from '../../../src/server/create-server.ts';
import { startPreparedServer } from '../../support/prepared-server.ts';
import { type Question, startTestServer } from '../../support/test-server.ts';
import { createWideSchema } from './schema.ts';

const BUGGY = 'a token that nobody has thought of';

/** A query that is good by itself, and meets a bug with these variables or headers. */
const BUGS: Readonly<Record<string, readonly [query: string, question: Question]>> = {
  'a complexity that throws': ['query ($n: Int) { uncountable(n: $n) }', { variables: { n: 1 } }],
  'an error that is no JSON': [
    'query ($yes: Boolean) { unspeakable(yes: $yes) }',
    { variables: { yes: true } },
  ],
  'a verification that throws': ['{ member }', { token: BUGGY }],
};

describe.each(Object.entries(BUGS))('%s', (_what, [query, question]) => {
  it('is answered as a bug by either way, under the request id of one line in the log', async () => {
    const schema = createWideSchema();
    await using test = await startTestServer({ schema });
    const services = { ...test.services, authenticate: withBug(test.services.authenticate) };
    await using prepared = await startPreparedServer({ services }, { schema });
    const yoga = createServer(services, { schema });
    const askYoga = async () => {
      const { token = '', variables } = question;
      const answer = await yoga.fetch('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stack-access-token': token, 'x-request-id': 'bug' },
        body: JSON.stringify({ query, variables }),
      });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    };
    const askPrepared = () =>
      prepared.askPrepared(query, { ...question, headers: { 'x-request-id': 'bug' } });
    expect((await prepared.ask(query)).body).toHaveProperty('data');
    for (const ask of [askYoga, askPrepared]) {
      test.logged.length = 0;
      const answer = await ask();
      expect({ status: answer.status, body: answer.body }).toEqual({
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
      const lines = test.logged.map((line) => JSON.parse(line));
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
      expect(test.services.gauges().inFlight).toBe(0);
    }
  });
});

function withBug(authenticate: Authenticate): Authenticate {
  return async (header, address) => {
    if (header('x-stack-access-token') === BUGGY) throw new TypeError('a bug of whoever verifies');
    return authenticate(header, address);
  };
}
