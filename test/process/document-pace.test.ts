import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { openRaw, statusOf } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const COUNT = 120;

let emulator: Emulator;
let server: ServerProcess;

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startServerProcess(emulator, { TRUST_PROXY: '1', PROFILE_CACHE_TTL: '0' });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await emulator.close();
});

/** New documents within all limits, each of which takes several milliseconds. */
const FAMILIES: Readonly<Record<string, (salt: number) => string>> = {
  'nested fragments': (salt) => `query q${salt}{${'...{'.repeat(480)}__typename${'}'.repeat(480)}}`,
  'nested fragments with a type': (salt) =>
    `query q${salt}{${'...on Query{'.repeat(390)}__typename${'}'.repeat(390)}}`,
  'nested lists': (salt) => `query q${salt}{__type(name:${'['.repeat(900)}1${']'.repeat(900)}){name}}`,
};

describe('new documents that arrive together', () => {
  it.each(Object.entries(FAMILIES))(
    'do not hold up requests whose document is known: %s',
    async (_name, of) => {
      await using emulator = await startEmulator();
      await using server = await startServerProcess(emulator, { TRUST_PROXY: '1', PROFILE_CACHE_TTL: '0' });
      const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
      const ask = () => server.ask('{ me { email } }', { token });
      await ask();
      let answered = 0;
      const hostile = Array.from({ length: COUNT }, async (_, index) => {
        await server.ask(of(index), { headers: { 'x-forwarded-for': `198.51.100.${index}` } });
        answered += 1;
      });
      await expect.poll(() => answered, { interval: 1 }).toBeGreaterThan(0);
      expect((await ask()).body.errors).toBeUndefined();
      expect(answered).toBeLessThan(COUNT / 2);
      await Promise.all(hostile);
      expect(answered).toBe(COUNT);
    },
  );
});

/** More than may wait of one address. */
const BURST = 400;

describe('requests with one new document that arrive at once from one address', () => {
  it.each([
    ['a query', '{ me { id } }'],
    ['a query in the URL', '{ me { id } }'],
    ['a document that several operations are in', 'query A { me { id } } query B { me { email } }'],
    ['a subscription', 'subscription { meChanged { id } }'],
    ['a subscription in the URL', 'subscription { meChanged { id } }'],
  ])('are all answered: %s', async (which, query) => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, {
      RATE_LIMIT: 'off',
      MAX_STREAMS_PER_USER: '1000',
    });
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const accept = query.startsWith('subscription') ? 'text/event-stream' : 'application/json';
    const connections = await Promise.all(Array.from({ length: BURST }, () => openRaw(server.url)));
    const body = JSON.stringify({ query, operationName: query.includes('query A') ? 'A' : undefined });
    const head = ['Host: localhost', `Accept: ${accept}`, `X-Stack-Access-Token: ${token}`];
    const length = ['Content-Type: application/json', `Content-Length: ${body.length}`];
    const request = which.endsWith('URL')
      ? [`GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1`, ...head, '', ''].join('\r\n')
      : ['POST /graphql HTTP/1.1', ...head, ...length, '', body].join('\r\n');
    const send = (text: string) =>
      Promise.all(connections.map(({ socket }) => new Promise((sent) => socket.write(text, sent))));
    const next = () =>
      connections.map(({ socket }) => new Promise<Buffer>((resolve) => socket.once('data', resolve)));
    const ready = next();
    await send('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await Promise.all(ready);
    const answers = next();
    // Stopped until all have been sent: else it would learn the document from the first while others are on their way.
    server.process.kill('SIGSTOP');
    await send(request);
    server.process.kill('SIGCONT');
    const statuses = new Set((await Promise.all(answers)).map((answer) => statusOf(answer.toString())));
    for (const { socket } of connections) socket.destroy();
    expect([...statuses]).toEqual([200]);
  });
});
