import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ListenOptions, listen } from '../../src/server/port.ts';
import { openRaw, sendRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const IMPATIENT = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 };
const QUERY = '/graphql?query=%7B__typename%7D';
const EMAIL = '/graphql?query=%7Bme%7Bemail%7D%7D';

/** A server on a port of its own, and a valid token. */
async function startListening(timeouts: NonNullable<ListenOptions['timeouts']> = {}, env = {}) {
  const test = await startTestServer({ env });
  const listening = await listen(test.listener, { host: '127.0.0.1', port: 0, timeouts });
  const { id } = test.emulator.people.ada;
  return {
    test,
    listening,
    url: listening.url,
    token: await test.emulator.control.mintToken({ userId: id }),
    async [Symbol.asyncDispose]() {
      test.emulator.control.heal();
      await listening.close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

const mint = ({ emulator: { control, people } }: TestServer, name: 'ada' | 'grace') =>
  control.mintToken({ userId: people[name].id });

const ALIVE = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';

const get = (path: string, headers: readonly string[] = []) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;

const post = (length: number | 'chunked') =>
  `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${
    length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  }\r\n\r\n`;

describe('a slow client', () => {
  // Each waits for the timeout of its own server.
  it.concurrent.each<[string, string]>([
    ['sends no request', ''],
    ['stops in the request line', 'POST /gra'],
    ['stops in its headers', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Ty'],
    ['stops before its body', post(1_000)],
    ['stops in its body', `${post(1_000)}{"query":`],
    ['stops before its first chunk', post('chunked')],
    ['stops in a chunk', `${post('chunked')}ff\r\n{"query":`],
    ['stops between two chunks', `${post('chunked')}2\r\n{}\r\n`],
  ])('is disconnected if it %s', async (_what, bytes) => {
    await using server = await startListening(IMPATIENT);
    const { socket, ended } = await openRaw(server.url);
    socket.write(bytes);
    expect(statusOf(await ended)).toBe(408);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it.concurrent.each<[string, string, string]>([
    ['a byte of its headers', 'GET /graphql HTTP/1.1\r\nX-Slow: ', 'x'],
    ['one header', 'GET /graphql HTTP/1.1\r\n', 'X-Slow: x\r\n'],
    ['a byte of its body', post(90_000), ' '],
    ['one chunk', post('chunked'), '1\r\n \r\n'],
  ])('is disconnected if it sends only %s at a time', async (_what, bytes, more) => {
    await using server = await startListening(IMPATIENT);
    const { socket, ended } = await openRaw(server.url);
    socket.write(bytes);
    const trickle = setInterval(() => socket.writable && socket.write(more), 10);
    expect(statusOf(await ended)).toBe(408);
    clearInterval(trickle);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('holds no in-flight slot after its disconnection', async () => {
    await using server = await startListening(IMPATIENT, { MAX_IN_FLIGHT: '2' });
    for (const _round of [1, 2, 3]) {
      const slow = await Promise.all([1, 2].map(() => openRaw(server.url)));
      for (const { socket } of slow) socket.write(`${post(1_000)}{"query":`);
      await Promise.all(slow.map(({ ended }) => ended));
    }
    expect((await fetch(`${server.url}${QUERY}`)).status).toBe(200);
  });

  it('holds no in-flight slot after it disconnects itself', async () => {
    await using server = await startListening({}, { MAX_IN_FLIGHT: '2' });
    for (const _round of [1, 2, 3]) {
      const hasty = await Promise.all([1, 2].map(() => openRaw(server.url)));
      for (const { socket } of hasty) socket.write(`${post(1_000)}{"query":`, () => socket.destroy());
      await Promise.all(hasty.map(({ ended }) => ended));
    }
    const status = async () => (await fetch(`${server.url}${QUERY}`)).status;
    await expect.poll(status).toBe(200);
  });
});

describe('the time limit for receiving a request', () => {
  it('is 10 s for the headers and 20 s for the whole request', async () => {
    await using server = await startListening();
    const servers: HttpServer[] = [];
    const look = (message: unknown) => {
      servers.push((message as { readonly server: HttpServer }).server);
    };
    subscribe('http.server.request.start', look);
    await fetch(`${server.url}/health`);
    unsubscribe('http.server.request.start', look);
    const ours = servers.filter(
      (each) => (each.address() as AddressInfo).port === Number(new URL(server.url).port),
    );
    expect(ours.map(({ headersTimeout, requestTimeout }) => ({ headersTimeout, requestTimeout }))).toEqual([
      { headersTimeout: 10_000, requestTimeout: 20_000 },
    ]);
  });
});

describe('a connection', () => {
  it('is kept open for longer than the 60 s of typical load balancers', async () => {
    await using server = await startListening();
    const { headers } = await fetch(`${server.url}${QUERY}`);
    expect(headers.get('connection')).toBe('keep-alive');
    expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
  });

  it("authenticates each of its requests by that request's own token", async () => {
    await using server = await startListening();
    const { test, url } = server;
    const ask = async (name: 'ada' | 'grace') =>
      get('/graphql?query=%7Bme%7Bid%7D%7D', [`X-Stack-Access-Token: ${await mint(test, name)}`]);
    const keepAlive = (request: string) => request.replace('Connection: close\r\n', '');
    const answer = await sendRaw(
      url,
      `${keepAlive(await ask('ada'))}${keepAlive(get('/graphql?query=%7Bme%7Bid%7D%7D'))}${await ask('grace')}`,
    );
    const { ada, grace } = test.emulator.people;
    expect([...answer.matchAll(/\{"me":(?:\{"id":"([^"]+)"\}|null)\}/g)].map(([, id]) => id)).toEqual([
      ada.id,
      undefined,
      grace.id,
    ]);
  });
});

describe('a duplicate token header', () => {
  it.each<[string, (one: string, two: string) => readonly string[]]>([
    ['Authorization', (one, two) => [`Authorization: Bearer ${one}`, `Authorization: Bearer ${two}`]],
    ['X-Stack-Access-Token', (one, two) => [`X-Stack-Access-Token: ${one}`, `X-Stack-Access-Token: ${two}`]],
    [
      'X-Hexclave-Access-Token',
      (one, two) => [`x-hexclave-access-token: ${one}`, `X-Hexclave-Access-Token: ${two}`],
    ],
    [
      'X-Stack-Auth',
      (one, two) => [`X-Stack-Auth: {"accessToken":"${one}"}`, `X-Stack-Auth: {"accessToken":"${two}"}`],
    ],
  ])('is refused, whichever token comes first: %s', async (_name, headers) => {
    await using server = await startListening();
    const [ada, grace] = [await mint(server.test, 'ada'), await mint(server.test, 'grace')];
    for (const pair of [headers(ada, grace), headers(grace, ada), headers(ada, ada), headers(ada, 'x')]) {
      const answer = await sendRaw(server.url, get(EMAIL, pair));
      expect(statusOf(answer)).toBe(401);
      expect(answer).toContain('"reason":"INVALID_TOKEN"');
    }
    expect(server.test.emulator.control.calls().profile).toBe(0);
  });

  it('is reported as a conflict when two different headers carry different tokens', async () => {
    await using server = await startListening();
    const [ada, grace] = [await mint(server.test, 'ada'), await mint(server.test, 'grace')];
    const headers = [`Authorization: Bearer ${ada}`, `X-Stack-Access-Token: ${grace}`];
    const answer = await sendRaw(server.url, get(EMAIL, headers));
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('"reason":"CONFLICTING_TOKENS"');
  });
});

describe('an unacceptable HTTP request', () => {
  it.each([
    ['a header of 20 KB', get(QUERY, [`X-Stack-Access-Token: ${'a'.repeat(20_000)}`])],
    ['a token of 1 MB', get(QUERY, [`X-Stack-Access-Token: ${'a'.repeat(1_000_000)}`])],
    ['a token of 1 MB in Authorization', get(QUERY, [`Authorization: Bearer a.b.${'c'.repeat(1_000_000)}`])],
    [
      'many headers of 20 KB in total',
      get(
        QUERY,
        Array.from({ length: 1_000 }, (_, index) => `X-${index}: ${'x'.repeat(20)}`),
      ),
    ],
    ['a path of 20 KB', get(`${QUERY}%23${'x'.repeat(20_000)}`)],
  ])('is refused for its size: %s', async (_what, bytes) => {
    await using server = await startListening();
    expect(statusOf(await sendRaw(server.url, bytes))).toBe(431);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it.each([
    ['no Host', `GET ${QUERY} HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['an invalid Host', get(QUERY).replace('localhost', '[')],
    ['a Host with a space', get(QUERY).replace('localhost', 'a b')],
    ['a Host with an invalid port', get(QUERY).replace('localhost', 'localhost:99999')],
    ['a Host with an escape', get(QUERY).replace('localhost', '%')],
    ['two Hosts', get(QUERY, ['Host: another'])],
    ['a POST with an invalid Host', `${post(2).replace('localhost', '[\r\nConnection: close')}{}`],
    ['two Content-Length headers', `${post(2).replace('\r\n\r\n', '\r\nContent-Length: 3\r\n\r\n')}{}`],
    [
      'a Content-Length with chunked encoding',
      `${post(2).replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n')}{}`,
    ],
    ['a negative Content-Length', post(-1)],
    ['a Content-Length of 1e21', post(1e21)],
    ['an invalid chunk size', `${post('chunked')}zz\r\n{}\r\n`],
    ['a line break in a header', get(QUERY, ['X-Stack-Access-Token: a\rX: b'])],
    ['NUL in a header', get(QUERY, ['X-Stack-Access-Token: a\0b'])],
    ['a header without a name', get(QUERY, [': a'])],
    ['an unknown method', `FOO ${QUERY} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from('160301020001000100', 'hex')],
    ['binary data', Buffer.from([0xff, 0xfe, 0, 1, 2, 3, 13, 10, 13, 10])],
  ])('is refused without internal details: %s', async (_what, bytes) => {
    await using server = await startListening();
    const answer = await sendRaw(server.url, bytes);
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toMatch(/Error:|node_modules|\.ts\b|\bat /);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('opens no tunnel for CONNECT', async () => {
    await using server = await startListening();
    expect(await sendRaw(server.url, 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toBe(
      '',
    );
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe('a body that is too large', () => {
  it.each<[string, string]>([
    ['by its Content-Length, before it arrives', post(3_000_000)],
    ['by its chunks', `${post('chunked')}${`10000\r\n${' '.repeat(65_536)}\r\n`.repeat(3)}`],
  ])('is refused %s', async (_how, bytes) => {
    await using server = await startListening();
    const { socket } = await openRaw(server.url);
    socket.write(bytes);
    const [answer] = await once(socket, 'data');
    expect(statusOf(String(answer))).toBe(413);
    socket.destroy();
  });
});

describe('the shutdown of a server', () => {
  it('waits for the requests in flight and accepts no new ones', async () => {
    await using server = await startListening();
    const { test, listening, url, token } = server;
    const gate = test.emulator.control.hold('profile');
    const inFlight = fetch(`${url}${EMAIL}`, { headers: { 'x-stack-access-token': token } });
    await gate.arrived(1);
    const closed = listening.close(60_000);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    gate.release();
    expect(await (await inFlight).json()).toEqual({ data: { me: { email: 'ada@example.test' } } });
    await closed;
  });

  it('aborts the requests in flight when the grace period is over', async () => {
    await using server = await startListening();
    const { test, listening, url, token } = server;
    const gate = test.emulator.control.hold('profile');
    const inFlight = fetch(`${url}${EMAIL}`, { headers: { 'x-stack-access-token': token } });
    inFlight.catch(() => {});
    await gate.arrived(1);
    await listening.close(0);
    await expect(inFlight).rejects.toThrow();
    await gate.left(1);
  });

  it('does not wait for idle connections', async () => {
    await using server = await startListening();
    const { socket, ended } = await openRaw(server.url);
    socket.write(ALIVE);
    await once(socket, 'data');
    await server.listening.close(60_000);
    expect(statusOf(await ended)).toBe(200);
  });

  it.each<[string, string]>([
    ['have sent nothing', ''],
    ['stopped in the request line', 'POST /gra'],
    ['stopped in their headers', 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Ty'],
    ['stopped in the headers of a second request', `${ALIVE}GET /health HT`],
  ])('does not wait for clients that %s, but for requests in flight', async (_what, bytes) => {
    await using server = await startListening();
    const { test, listening, url, token } = server;
    const gate = test.emulator.control.hold('profile');
    const inFlight = fetch(`${url}${EMAIL}`, { headers: { 'x-stack-access-token': token } });
    await gate.arrived(1);
    const { socket, ended } = await openRaw(url);
    socket.write(bytes);
    if (bytes.startsWith(ALIVE)) await once(socket, 'data');
    await fetch(`${url}/health`);
    const closed = listening.close(60_000);
    await ended;
    expect(gate.waiting).toBe(1);
    gate.release();
    expect((await inFlight).status).toBe(200);
    await closed;
  });

  it('waits for a request whose body has not arrived completely', async () => {
    await using server = await startListening();
    const { listening, url } = server;
    const body = '{"query":"{ __typename }"}';
    const { socket, ended } = await openRaw(url);
    socket.write(`${post(body.length)}${body.slice(0, 9)}`);
    await fetch(`${url}/health`);
    const closed = listening.close(60_000);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    socket.write(body.slice(9));
    expect(await ended).toContain('{"data":{"__typename":"Query"}}');
    await closed;
  });

  it('is announced by Connection: close while draining', async () => {
    await using server = await startListening();
    expect((await fetch(`${server.url}/health`)).headers.get('connection')).toBe('keep-alive');
    server.listening.drain();
    expect((await fetch(`${server.url}/health`)).headers.get('connection')).toBe('close');
  });
});

describe('a port in use', () => {
  it('is reported by the EADDRINUSE error of Node', async () => {
    await using server = await startListening();
    const port = Number(new URL(server.url).port);
    await expect(listen(server.test.listener, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
