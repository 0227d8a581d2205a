import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { openRaw } from '../support/raw-http.ts';
import { startServerProcess } from '../support/server-process.ts';

const CONNECTIONS = 12;
const BODY = `${'1\r\n \r\n'.repeat(99_000)}0\r\n\r\n`;
const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('bodies in chunks of one byte, over several connections', () => {
  it.each([
    ['/graphql', 400],
    ['/webhooks', 400],
  ])('leave turns of the event loop to calls to the provider: %s', async (path, status) => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, {
      PROFILE_CACHE_TTL: '0',
      RATE_LIMIT: 'off',
      STACK_WEBHOOK_SECRET: emulator.webhookSecret,
    });
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const ask = () => server.ask('{ me { email } }', { token });
    await ask();
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openRaw(server.url)));
    // What follows a body is answered once all of the body has been read.
    const request = `POST ${path} HTTP/1.1\r\n${HEAD}${BODY}GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    let ended = 0;
    const ends = connections.map(async (connection) => {
      const answers = await connection.ended;
      ended += 1;
      return answers;
    });
    // Stopped until all has been sent, so that it finds something to read on every connection in every turn.
    server.process.kill('SIGSTOP');
    for (const { socket } of connections) socket.write(request);
    const asked = ask();
    server.process.kill('SIGCONT');
    expect((await asked).body.errors).toBeUndefined();
    for (let more = 0; more < 3; more += 1) expect((await ask()).body.errors).toBeUndefined();
    expect(ended).toBeLessThan(CONNECTIONS / 2);
    for (const answers of await Promise.all(ends))
      expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, found]) => Number(found))).toEqual([
        status,
        200,
      ]);
  });
});
