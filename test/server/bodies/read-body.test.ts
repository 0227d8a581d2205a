import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw, statusOf } from '../../support/raw-http.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const LIMIT = 10_000;
const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ env: { BODY_LIMIT: String(LIMIT) } });
});

afterAll(() => test[Symbol.asyncDispose]());

/** A chunk of a body that announces no length. */
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Waits for the end of an answer with this status, which comes while the request is still being sent. */
async function answered(
  socket: Awaited<ReturnType<typeof openRaw>>['socket'],
  send: string,
): Promise<string> {
  let received = '';
  return new Promise((resolve) => {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (/\r\n\r\n.+\}$/s.test(received)) resolve(received);
    });
    socket.write(send);
  });
}

describe('a request with a bad token', () => {
  it.each([
    ['announces a short body', 'Content-Length: 100\r\n\r\n'],
    ['announces a body above the limit', 'Content-Length: 100000000\r\n\r\n'],
    ['announces chunks', 'Transfer-Encoding: chunked\r\n\r\n'],
  ])('is refused before its body is sent where it %s', async (_what, length) => {
    const { socket } = await openRaw(test.url);
    const answer = await answered(socket, `${HEAD}X-Stack-Access-Token: garbage\r\n${length}`);
    expect(statusOf(answer)).toBe(401);
    socket.destroy();
  });

  it('keeps the connection until the client has finished sending', async () => {
    const { socket, ended } = await openRaw(test.url);
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    const head = `${HEAD}X-Stack-Access-Token: garbage\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(statusOf(await answered(socket, head))).toBe(401);
    for (const part of ['a', 'b', 'c']) {
      await new Promise((resolve) => socket.write(chunk(part.repeat(1_000)), resolve));
      await setImmediate();
    }
    socket.write('0\r\n\r\n');
    await ended;
    expect(errors).toEqual([]);
  });

  it('leaves the connection usable after a short body', async () => {
    const { socket } = await openRaw(test.url);
    const refused = await answered(
      socket,
      `${HEAD}X-Stack-Access-Token: garbage\r\nContent-Length: 24\r\n\r\n`,
    );
    expect(statusOf(refused)).toBe(401);
    expect(refused.toLowerCase()).not.toContain('connection: close');
    const body = '{"query":"{__typename}"}';
    const served = await answered(socket, `${body}${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`);
    expect(statusOf(served)).toBe(200);
    socket.destroy();
  });
});

describe('a request without a token under AUTH_REQUIRED', () => {
  it.each([
    ['Content-Length: 100\r\n\r\n', '{'],
    ['Content-Length: 100000000\r\n\r\n', ''],
    ['Transfer-Encoding: chunked\r\n\r\n', chunk('{')],
  ])('is refused before its body is sent: %j', async (length, begun) => {
    await using strict = await startTestServer({ env: { AUTH_REQUIRED: 'true' } });
    const { socket } = await openRaw(strict.url);
    const answer = await answered(socket, `${HEAD}${length}${begun}`);
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('"reason":"MISSING_TOKEN"');
    socket.destroy();
  });
});

describe('a body above the limit', () => {
  it('is refused with 413 as soon as that is known, and the client is told to close', async () => {
    for (const send of [
      `${HEAD}Content-Length: ${LIMIT + 1}\r\n\r\n`,
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk(' '.repeat(LIMIT))}${chunk(' ')}`,
    ]) {
      const { socket } = await openRaw(test.url);
      const answer = await answered(socket, send);
      expect(statusOf(answer)).toBe(413);
      expect(answer.toLowerCase()).toContain('connection: close');
      expect(answer).toContain('"code":"BAD_REQUEST"');
      socket.destroy();
    }
  });

  it('does not keep a client that sends all of it from reading the answer', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      });
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      request.end('x'.repeat(3_000_000));
    });
    expect(status).toBe(413);
  });
});

describe('a body', () => {
  it.each([
    ['in one piece', [0]],
    ['in two pieces', [20]],
    ['byte by byte', Array.from({ length: 60 }, (_, index) => index + 1)],
    ['cut inside a character', [54]],
  ])('is read whole %s, with or without a length', async (_how, cuts) => {
    const body = '{"query":"query ($a: String) { __typename }","variables":{"a":"é€𝄞"}}';
    const bytes = Buffer.from(body);
    const ends = [...cuts.filter((cut) => cut > 0), bytes.length];
    const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
    for (const isChunked of [false, true]) {
      const { socket } = await openRaw(test.url);
      socket.setNoDelay(true);
      const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
      socket.write(`${HEAD}${length}\r\n\r\n`);
      for (const piece of pieces) {
        const sent = isChunked
          ? Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
          : piece;
        await new Promise((resolve) => socket.write(sent, resolve));
      }
      expect(statusOf(await answered(socket, isChunked ? '0\r\n\r\n' : ''))).toBe(200);
      socket.destroy();
    }
  });
});

describe('Yoga', () => {
  it('takes a body that was read before in the form that the listener gives it', async () => {
    // The listener relies on this form; an update of Yoga that changes it must be noticed here.
    const schema = createSchema({ typeDefs: 'type Query { greeting: String }' });
    const yoga = createYoga({ schema, logging: false });
    const http = createHttpServer((request, response) => {
      request.resume();
      const text = '{"query":"{ __typename }"}';
      const body = {
        text,
        async *[Symbol.asyncIterator]() {
          yield Buffer.from(text);
        },
      };
      void yoga(Object.assign(request, { body }), response);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'what was sent is not read again',
    });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
});
