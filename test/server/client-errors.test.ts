import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/core/events.ts';
import { openRaw, sendRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const ORIGIN = 'https://app.example.com';
const GET = 'GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n';
const POST = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

let test: TestServer;
const events: ServerEvent[] = [];

beforeAll(async () => {
  test = await startTestServer({ env: { CORS_ORIGINS: ORIGIN } });
  test.services.events.subscribe((event) => void events.push(event));
});

beforeEach(() => {
  events.length = 0;
  test.logged.length = 0;
});

afterAll(() => test[Symbol.asyncDispose]());

const requests = () => events.filter(({ kind }) => kind === 'request');
const lines = () => test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Request');

describe("a request that Node's parser refuses", () => {
  it.each<[string, string | Buffer, number]>([
    ['headers of 20 KB', `${GET}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a header without a name', `${GET}: x\r\n\r\n`, 400],
    ['binary data', Buffer.from([0xff, 0xfe, 0, 1, 13, 10, 13, 10]), 400],
    ['two lengths', `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['an invalid chunk', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`, 400],
    [
      'chunk extensions of 20 KB',
      `${POST}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}`,
      413,
    ],
    ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', 405],
  ])('is answered with a code, logged and counted: %s', async (_what, bytes, status) => {
    const answer = await sendRaw(test.url, bytes);
    expect(statusOf(answer)).toBe(status);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(head).toMatch(/^connection: close$/im);
    expect(head).toMatch(/^cache-control: no-store$/im);
    await expect.poll(requests).toEqual([expect.objectContaining({ status, codes: ['BAD_REQUEST'] })]);
    const requestId = /^x-request-id: (.+)$/im.exec(head)?.[1];
    expect(lines()).toEqual([expect.objectContaining({ status, codes: ['BAD_REQUEST'], requestId })]);
  });

  it.each([
    ['of a listed origin', ORIGIN, ORIGIN],
    ['of another origin', 'https://evil.example', undefined],
  ])('can be read by a page %s only', async (_what, origin, allowed) => {
    for (const bytes of [
      `${GET}Origin: ${origin}\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
      `${POST}Origin: ${origin}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ]) {
      const allowedOf = async () =>
        /^access-control-allow-origin: (.+)$/im.exec(await sendRaw(test.url, bytes))?.[1]?.trim();
      // The parser hands over what it read last, which may begin after the origin where the system splits the request.
      await expect.poll(allowedOf).toBe(allowed);
    }
  });

  it('is answered after other requests over the same connection', async () => {
    for (const [first, status] of [
      [`${POST}Content-Length: 26\r\n\r\n{"query":"{ __typename }"}`, 200],
      [`${POST}X-Stack-Access-Token: forged\r\nContent-Length: 26\r\n\r\n{"query":"{ __typename }"}`, 401],
    ] as const) {
      const { socket, ended } = await openRaw(test.url);
      socket.write(first);
      await once(socket, 'data');
      socket.write(`${GET}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
      expect((await ended).match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 431']);
    }
  });

  it('does not break the connection of a client that goes on to send before it reads', async () => {
    const { socket, ended } = await openRaw(test.url);
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    socket.pause();
    for (const bytes of [`${GET}X-Large: ${'x'.repeat(500_000)}`, 'x', 'x']) {
      await new Promise((resolve) => socket.write(bytes, resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    socket.resume();
    expect(statusOf(await ended)).toBe(431);
    expect(errors).toEqual([]);
  });

  it('is refused once, however much its client goes on to send', async () => {
    const { socket, ended } = await openRaw(test.url);
    socket.write(`${GET}X-Large: `);
    for (let count = 0; count < 100; count += 1) socket.write('x'.repeat(60_000));
    expect((await ended).match(/HTTP\/1\.1 431/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(requests()).toHaveLength(1);
  });

  it('does not end the server where its client does not wait for the answer', async () => {
    for (const bytes of ['FOO / HTTP/1.1\r\n\r\n', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`]) {
      const { socket } = await openRaw(test.url);
      await new Promise((resolve) => socket.write(bytes, resolve));
      socket.resetAndDestroy();
    }
    expect((await test.ask('{ __typename }')).status).toBe(200);
  });
});

describe('a connection that ends before its request', () => {
  it.each([
    ['in the headers', GET],
    ['in the body', `${POST}Content-Length: 100\r\n\r\n{`],
  ])('is no bad request: %s', async (_where, bytes) => {
    const { socket, ended } = await openRaw(test.url);
    socket.end(bytes);
    expect(await ended).toBe('');
    expect(lines().filter(({ status }) => status !== 499)).toEqual([]);
  });
});

describe('an expectation that the server does not know', () => {
  it('is left out of account', async () => {
    const answer = await sendRaw(test.url, `${GET}Expect: a-reply\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(200);
  });
});
