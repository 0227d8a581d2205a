import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../../src/core/events.ts';
import type { Step } from '../../../src/pipeline/step.ts';
import { createServer } from '../../../src/server/create-server.ts';
import { listen } from '../../../src/server/port.ts';
import { createClock } from '../../support/clock.ts';
import { openRaw, statusOf } from '../../support/raw-http.ts';
import { startTestServer } from '../../support/test-server.ts';
import { until } from '../../support/until.ts';

const QUERY = '{"query":"{ __typename }"}';
const ORIGIN = 'https://app.example.com';

const head = (address: string, ...more: readonly string[]) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `X-Forwarded-For: ${address}`,
    ...more,
    '\r\n',
  ].join('\r\n');

async function start({
  env = {},
  steps = [],
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
} = {}) {
  const clock = createClock();
  const test = await startTestServer({ clock, env: { TRUST_PROXY: '1', CORS_ORIGINS: ORIGIN, ...env } });
  const { services } = test;
  const server = createServer(services, { steps });
  const { listener, connectionEvents: events } = server;
  const { url, close } = await listen(listener, { host: '127.0.0.1', port: 0, events });
  const seen: ServerEvent[] = [];
  services.events.subscribe((event) => void seen.push(event));
  return {
    clock,
    url,
    services,
    lines: () => test.logged.map((line) => JSON.parse(line)),
    inProcess: server.fetch,
    cuts: () => seen.flatMap((event) => (event.kind === 'cut' ? [event.reason] : [])),
    /** Opens a connection and sends this. */
    async send(...parts: readonly string[]) {
      const connection = await openRaw(url);
      for (const part of parts) connection.socket.write(part);
      return connection;
    },
    ask: (body: string | Buffer<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    async [Symbol.asyncDispose]() {
      await close(0);
      await test[Symbol.asyncDispose]();
    },
  };
}

describe('bodies that are being read', () => {
  it('do not count against requests in flight', async () => {
    await using server = await start({ env: { MAX_IN_FLIGHT: '1' } });
    const slow = await Promise.all(
      Array.from({ length: 30 }, () =>
        server.send(head('198.51.100.1', 'Content-Length: 9000'), ' '.repeat(9)),
      ),
    );
    await expect.poll(() => server.services.gauges().bodies).toBeGreaterThanOrEqual(29);
    expect((await server.ask(QUERY)).status).toBe(200);
    expect(server.services.gauges().inFlight).toBe(0);
    for (const { socket } of slow) socket.destroy();
    await expect.poll(() => server.services.gauges()).toMatchObject({ bodies: 0, bodyBytes: 0 });
  });

  it.each([
    ['stall', 'Content-Length: 9000', ' '.repeat(9)],
    ['send headers alone', 'Content-Length: 9000', ''],
    ['come in chunks', 'Transfer-Encoding: chunked', '1\r\n \r\n'.repeat(50)],
    ['are refused for their token', 'X-Stack-Access-Token: bad\r\nContent-Length: 9000', ''],
    ['come with a GET', 'Content-Length: 9000', ''],
  ])('never keep out another of their address where many %s', async (what, headers, text) => {
    await using server = await start({ env: { MAX_BODIES: '10' } });
    const begin = head('198.51.100.1', headers, `Origin: ${ORIGIN}`);
    const request =
      what === 'come with a GET' ? begin.replace('POST /graphql', 'GET /graphql?query=%7Ba%7D') : begin;
    const slow = await Promise.all(Array.from({ length: 40 }, () => server.send(request, text)));
    await expect.poll(() => server.cuts().length).toBeGreaterThanOrEqual(34);
    const honest = await server.send(
      head('198.51.100.1', `Content-Length: ${QUERY.length}`, 'Connection: close'),
    );
    const other = await server.send(
      head('203.0.113.5', `Content-Length: ${QUERY.length}`, 'Connection: close'),
    );
    for (const { socket } of [honest, other]) socket.write(QUERY);
    expect(statusOf(await honest.ended)).toBe(200);
    expect(statusOf(await other.ended)).toBe(200);
    expect(new Set(server.cuts())).toEqual(new Set(['MAX_BODIES']));
    expect(server.services.gauges().bodies).toBeLessThanOrEqual(6);
    for (const { socket } of slow) socket.destroy();
  });

  it('tell a client that is cut, and the log, why', async () => {
    await using server = await start({ env: { MAX_BODIES: '2' } });
    const request = head('198.51.100.1', 'Content-Length: 9000', `Origin: ${ORIGIN}`);
    const slow = await server.send(request, '{');
    await expect.poll(() => server.services.gauges().bodies).toBeLessThanOrEqual(1);
    const more = [await server.send(request, '{'), await server.send(request, '{')];
    const answer = await slow.ended;
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain(`access-control-allow-origin: ${ORIGIN}`);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('"extensions":{"code":"OVERLOADED","reason":"MAX_BODIES","retryAfter":1}');
    const line = await until('the line', async () => server.lines().find(({ status }) => status === 408));
    expect(line).toMatchObject({ msg: 'Request', codes: ['OVERLOADED'] });
    for (const { socket } of more) socket.destroy();
  });

  it('are bounded in bytes, for each address too', async () => {
    await using server = await start({ env: { BODY_LIMIT: '50000', BODIES_LIMIT: '100000' } });
    const begin = (address: string) =>
      server.send(
        head(address, 'Transfer-Encoding: chunked'),
        `2710\r\n${'x'.repeat(10_000)}\r\n`,
        '1\r\nx\r\n',
      );
    const other = await begin('203.0.113.5');
    const slow = await Promise.all(Array.from({ length: 20 }, () => begin('198.51.100.1')));
    await expect.poll(() => server.cuts().length).toBeGreaterThan(10);
    expect(server.services.gauges().bodyBytes).toBeLessThanOrEqual(60_001);
    expect(new Set(server.cuts())).toEqual(new Set(['BODIES_LIMIT']));
    other.socket.write('0\r\n\r\n');
    await expect.poll(() => other.socket.bytesRead).toBeGreaterThan(0);
    for (const { socket } of [other, ...slow]) socket.destroy();
  });

  it('are cut below the minimum rate, and the client can read why', async () => {
    await using server = await start();
    const slow = await server.send(head('198.51.100.1', 'Content-Length: 9000'), ' ');
    const more = await server.send(head('198.51.100.1', 'Content-Length: 9000'));
    more.socket.write(' '.repeat(6_000));
    await expect.poll(() => server.services.gauges()).toMatchObject({ bodies: 2, bodyBytes: 6_001 });
    server.clock.advance(5_500);
    const answer = await slow.ended;
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain('"extensions":{"code":"TIMEOUT","reason":"MIN_RATE"}');
    expect(server.cuts()).toEqual(['MIN_RATE']);
    expect(more.socket.destroyed).toBe(false);
    more.socket.destroy();
  });
});

describe('a body that arrives while its request is admitted', () => {
  /** Holds the admission until the gate opens; then refuses what has a header for it. */
  function gated() {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let arrived = 0;
    const step: Step = {
      name: 'gate',
      admit: async () => {
        arrived += 1;
        await opened;
      },
    };
    return { open: () => open(), step, arrived: () => arrived };
  }

  it.each([
    ['is used then', QUERY, 200],
    ['is refused then where it is too large', ' '.repeat(30_000), 413],
    ['is refused then where it is not UTF-8', '"\xff"', 400],
  ])('%s', async (_what, text, status) => {
    const gate = gated();
    await using server = await start({ env: { BODY_LIMIT: '20000' }, steps: [gate.step] });
    const bytes = Buffer.from(text, 'latin1');
    const { socket, ended } = await server.send(head('198.51.100.1', 'Transfer-Encoding: chunked'));
    socket.write(
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]),
    );
    await expect.poll(() => gate.arrived()).toBe(1);
    await expect.poll(() => server.services.gauges().bodies).toBe(1);
    expect(server.services.gauges().inFlight).toBe(0);
    gate.open();
    await expect.poll(() => socket.bytesRead).toBeGreaterThan(0);
    socket.end();
    expect(statusOf(await ended)).toBe(status);
    await expect.poll(() => server.services.gauges()).toMatchObject({ bodies: 0, bodyBytes: 0 });
  });

  it('leaves nothing behind where its client disconnects', async () => {
    const gate = gated();
    await using server = await start({ steps: [gate.step] });
    const { socket } = await server.send(head('198.51.100.1', `Content-Length: ${QUERY.length}`), QUERY);
    await expect.poll(() => server.services.gauges().bodies).toBe(1);
    socket.destroy();
    await expect.poll(() => server.services.gauges()).toMatchObject({ bodies: 0, bodyBytes: 0 });
    gate.open();
    expect((await server.ask(QUERY)).status).toBe(200);
    expect(server.services.gauges().inFlight).toBe(0);
  });
});

describe('the encoding of a body', () => {
  const json = (text: string) => `{"query":"{ __typename } #${text}"}`;

  it.each<[string, Buffer<ArrayBuffer>, number]>([
    ['UTF-8', Buffer.from(json('é€𝄞')), 200],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${json('é')}`), 200],
    ['UTF-8 that holds the replacement character', Buffer.from(json('\ufffd')), 200],
    ['two byte order marks', Buffer.from(`\ufeff\ufeff${json('é')}`), 200],
    ['Latin-1', Buffer.from(json('é'), 'latin1'), 400],
    ['UTF-16', Buffer.from(`\ufeff${json('é')}`, 'utf16le'), 400],
    ['UTF-8 that is cut inside a character', Buffer.from(json('€')).subarray(0, -4), 400],
    ['a surrogate', Buffer.from(json('abc').replace('abc', '\xed\xa0\x80'), 'latin1'), 400],
    ['an overlong form', Buffer.from(json('ab').replace('ab', '\xc0\xaf'), 'latin1'), 400],
  ])('%s is judged alike on every path', async (_what, bytes, status) => {
    await using server = await start();
    const headers = { 'content-type': 'application/json' };
    const ways = {
      yoga: () => server.ask(bytes),
      'fast path': () => server.ask(bytes),
      'in process': () =>
        server.inProcess('http://localhost/graphql', { method: 'POST', headers, body: bytes }),
    };
    for (const [way, ask] of Object.entries(ways)) {
      const answer = await ask();
      const body = (await answer.json()) as { readonly errors?: readonly { readonly extensions: unknown }[] };
      expect([way, answer.status]).toEqual([way, status]);
      if (status === 400) expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
    }
  });
});
