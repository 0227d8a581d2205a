import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const HOST = 'Host: localhost\r\n';
const POST = `POST /graphql HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n`;
const DATA = 'x'.repeat(60_000);

let emulator: Emulator;
let server: ServerProcess;

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startServerProcess(emulator);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await emulator.close();
});

describe('a connection that its client resets', () => {
  it.each<[string, string]>([
    ['after CONNECT', `CONNECT x:443 HTTP/1.1\r\n${HOST}\r\n`],
    ['after CONNECT and data', `CONNECT x:443 HTTP/1.1\r\n${HOST}\r\n${DATA}`],
    [
      'after a request and CONNECT',
      `${POST}Content-Length: 2\r\n\r\n{}CONNECT x:443 HTTP/1.1\r\n${HOST}\r\n`,
    ],
    [
      'after a request for an upgrade',
      `GET /graphql HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n${DATA}`,
    ],
    ['after what is not HTTP', `BAD\r\n\r\n${DATA}`],
    ['after headers of 60 KB', `GET / HTTP/1.1\r\n${HOST}X: ${DATA}`],
    ['after a part of a body that is too large', `${POST}Content-Length: 9000000\r\n\r\n${DATA}`],
    ['with requests that wait for their answers', `GET /health HTTP/1.1\r\n${HOST}\r\n`.repeat(90)],
  ])('does not end the process: %s', async (_when, bytes) => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => sendAndReset(bytes, index)));
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(server.lines().filter(({ level }) => level >= 50)).toEqual([]);
  });
});

/** Resets the connection at once, or as many milliseconds later. */
async function sendAndReset(bytes: string, milliseconds: number): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket: Socket = connect(Number(port), hostname).on('error', () => {});
  socket.pause();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.once('connect', () => {
    socket.write(bytes);
    setTimeout(() => socket.resetAndDestroy(), Math.floor(milliseconds / 4));
  });
  await closed;
}
