// Requests in the table of docs/runtimes.md: what differs between Node and Bun, as each of them does it. See also test/process/runtimes.test.ts.
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { UNDER_BUN } from '../support/bun/command.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const BODY = '{"query":"{ __typename }"}';

/** A POST with headers besides those that it needs. */
function post(headers: readonly string[]): string {
  const usual = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${BODY.length}`];
  return ['POST /graphql HTTP/1.1', ...usual, ...headers, 'Connection: close', '', BODY].join('\r\n');
}

const many = (count: number) => Array.from({ length: count }, (_each, index) => `X-Many-${index}: a`);

/** With the statuses of the first time, which Yoga answers, and the second, which the fast path does. */
const REQUESTS = [
  {
    what: '`Content-Length` twice, with the same value',
    headers: [`Content-Length: ${BODY.length}`],
    node: [400, 400],
    bun: [400, 200],
  },
  { what: 'nine hundred headers', headers: many(900), node: [200, 200], bun: [431, 431] },
];

/** What is no row, since it is the same. */
const SAME = [
  { what: '`Content-Length` twice, with two values', headers: ['Content-Length: 5'], status: 400 },
  { what: '`Host` twice', headers: ['Host: other'], status: 400 },
  { what: 'a token twice', headers: ['X-Stack-Access-Token: a', 'X-Stack-Access-Token: b'], status: 401 },
  {
    what: '`Authorization` twice',
    headers: ['Authorization: Bearer a', 'Authorization: Bearer b'],
    status: 401,
  },
  { what: '`Content-Length` and `Transfer-Encoding`', headers: ['Transfer-Encoding: chunked'], status: 400 },
  { what: 'a header of 100 KB', headers: [`X-Large: ${'a'.repeat(100_000)}`], status: 431 },
  { what: 'a hundred headers', headers: many(100), status: 200 },
];

describe('a request on each runtime', () => {
  it.each(REQUESTS)('is answered in another way: $what', async ({ headers, node, bun }) => {
    await using test = await startTestServer();
    const statuses = [
      statusOf(await sendRaw(test.url, post(headers))),
      // The fast path knows the document from here on.
      (await test.ask('{ __typename }')).status,
      statusOf(await sendRaw(test.url, post(headers))),
    ];
    expect(statuses).toEqual([(UNDER_BUN ? bun : node)[0], 200, (UNDER_BUN ? bun : node)[1]]);
  });

  it.each(SAME)('is answered in the same way: $what', async ({ headers, status }) => {
    await using test = await startTestServer();
    expect(statusOf(await sendRaw(test.url, post(headers)))).toBe(status);
  });
});

describe('a client that leaves', () => {
  it('ends its request on each runtime', async () => {
    await using test = await startTestServer();
    const gate = test.emulator.control.hold('profile');
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const { hostname, port } = new URL(test.url);
    const body = JSON.stringify({ query: '{ me { displayName } }' });
    const socket = connect(Number(port), hostname);
    const head = ['POST /graphql HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
    socket.write(
      [...head, `X-Stack-Access-Token: ${token}`, `Content-Length: ${body.length}`, '', body].join('\r\n'),
    );
    await gate.arrived(1);
    expect(test.services.gauges().inFlight).toBe(1);
    socket.destroy();
    await until('the request has ended', () => test.services.gauges().inFlight === 0);
    gate.release();
  });
});
