import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FastPathServer, startFastPathServer } from '../support/fast-path-server.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { openRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

// An unhandled rejection ends the server's process; here it fails the run.

const QUERY = '{ __typename }';

let test: TestServer;
let server: FastPathServer;

beforeAll(async () => {
  test = await startTestServer();
  server = await startFastPathServer(test);
  await server.ask(QUERY);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

/** Sends bytes, ends or destroys the connection, and returns what came back. */
async function exchange(bytes: Uint8Array, hangUp: boolean): Promise<string> {
  const { socket, ended } = await openRaw(server.url);
  if (bytes.length > 0) await new Promise((resolve) => socket.write(bytes, resolve));
  if (hangUp) socket.destroy();
  else socket.end();
  return ended;
}

const body = JSON.stringify({ query: QUERY });

const request = fc
  .record({
    method: fc.constantFrom('POST', 'GET', 'OPTIONS', 'HEAD', 'PUT', 'CONNECT'),
    path: fc.constantFrom(
      '/graphql',
      '/graphql?query=%7B__typename%7D',
      '/health',
      '/ready',
      '//',
      '*',
      '/%',
      'http://[/',
    ),
    headers: fc.array(
      fc.constantFrom(
        'Host: localhost',
        'Host: [',
        'Accept: */*',
        'Accept: text/event-stream',
        'Accept: multipart/mixed',
        'Content-Type: application/json',
        'Content-Type: text/plain',
        `Content-Length: ${body.length}`,
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
        'Connection: close',
        'Connection: upgrade',
        'Upgrade: websocket',
        'Upgrade: h2c',
        'Expect: 100-continue',
        'Content-Encoding: gzip',
        'Authorization: Bearer a.b.c',
        'X-Stack-Auth: {',
        'X-Forwarded-For: ,,',
        'X-Request-Id: \u00e9',
        'Origin: null',
        '__proto__: x',
        ': x',
      ),
      { maxLength: 8 },
    ),
    body: fc.constantFrom('', body, `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, '{', 'zz\r\n'),
  })
  .map(({ method, path, headers, body }) =>
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`),
  );

/** Requests that are well-formed except for their body. */
const wellFormed = fc
  .oneof(
    fc.constantFrom(
      '',
      '{',
      '7',
      '[]',
      '{}',
      `[${body}]`,
      '{"query":"{ a }"}',
      '{"query":"{"}',
      '{"query":7}',
    ),
    fc.json(),
    fc.string(),
    fc
      .record({ query: fc.constantFrom(QUERY, 'query A { __typename }'), operationName: fc.string() })
      .map((value) => JSON.stringify(value)),
    fc.record({ query: fc.constant(QUERY), variables: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  )
  .map((text) => Buffer.from(text))
  .map((bytes) =>
    Buffer.concat([
      Buffer.from(
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      ),
      bytes,
    ]),
  );

const mutated = fc
  .tuple(fc.oneof(request, wellFormed), fc.nat({ max: 400 }), fc.nat({ max: 255 }))
  .map(([bytes, at, by]) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(by, at % copy.length);
    return copy;
  });

const truncated = fc
  .tuple(request, fc.nat({ max: 400 }))
  .map(([bytes, at]) => bytes.subarray(0, at % bytes.length));

describe('a connection', () => {
  it.each<[string, fc.Arbitrary<Uint8Array>]>([
    ['requests', request],
    ['requests with any body', wellFormed],
    ['requests with a byte changed', mutated],
    ['requests that end early', truncated],
    ['two requests at once', fc.tuple(request, request).map((both) => Buffer.concat(both))],
    ['bytes', fc.uint8Array({ maxLength: 300 })],
  ])('is answered or closed, without an internal error, when it sends %s', async (_what, sent) => {
    await fc.assert(
      fc.asyncProperty(sent, fc.boolean(), async (bytes, hangUp) => {
        const answer = await exchange(bytes, hangUp);
        const status = statusOf(answer);
        if (status !== undefined) expect([100, 101].includes(status) || status < 500).toBe(true);
        expect(answer).not.toMatch(/node_modules|\.ts:\d|\n {4}at /);
      }),
      { numRuns: fuzzRuns(150) },
    );
    expect((await server.askFastPath(QUERY)).body).toEqual({ data: { __typename: 'Query' } });
    await expect.poll(() => test.services.gauges().inFlight).toBe(0);
    expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});
