// The cost of long header values: none may take time that grows with the square of its length.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const BODY = '{"query":"{ __typename }"}';

/** Headers that the server reads, each with the beginning of a value that is taken apart. */
const HEADERS = {
  accept: '*/*,',
  'access-control-request-headers': 'a,',
  authorization: 'Bearer ',
  'content-encoding': 'identity,',
  'content-type': 'application/json;',
  expect: '100-continue',
  host: 'localhost',
  origin: 'https://',
  traceparent: '00-',
  'x-forwarded-for': '203.0.113.9,',
  'x-request-id': 'a',
  'x-stack-access-token': 'ey',
  'x-stack-auth': '{"accessToken":"ey',
};

/** What a value is filled with. An `x` follows, so that a pattern which almost matches tries all the ways to match. */
const FILLERS = [' ', '\t', ',', ' ,', ';', ';q=0', '0', '"', '\\"', '=', 'a:', 'a.', '['];

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ env: { CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' } });
  await send(requestWith('X-Other: a'));
});

afterAll(() => test[Symbol.asyncDispose]());

const send = async (request: string) => statusOf(await sendRaw(test.url, request));

function requestWith(line: string): string {
  const usual = ['Host: localhost', 'Content-Type: application/json'];
  const others = usual.filter((each) => !line.startsWith(each.slice(0, each.indexOf(':') + 1).toLowerCase()));
  const length = `Content-Length: ${BODY.length}`;
  return ['POST /graphql HTTP/1.1', ...others, length, line, 'Connection: close', '', BODY].join('\r\n');
}

/** Milliseconds that a request takes: the least of several, since other load only adds. */
async function least(request: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < 5 && least > ENOUGH; index += 1) {
    const began = performance.now();
    expect(await send(request)).toBeDefined();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

/** Milliseconds. Honest requests of this size take about two; time quadratic in 15 KB is 70 or more. */
const ENOUGH = 25;

const fill = (filler: string, length: number) => filler.repeat(length / filler.length);

describe.each(Object.entries(HEADERS))('a value of 15 KB in %s', (name, beginning) => {
  it.each(FILLERS)('is read in linear time, filled with %j', async (filler) => {
    const request = requestWith(`${name}: ${beginning}${fill(filler, 15_000)}x`);
    expect(await least(request)).toBeLessThan(ENOUGH);
  });
});

describe('a request of 60 KB that is not valid HTTP', () => {
  it.each(FILLERS)('is refused in linear time, with an origin of %j', async (filler) => {
    const request = `BAD\r\nOrigin:${fill(filler, 60_000)}`;
    expect(await least(request)).toBeLessThan(ENOUGH);
  });
});
