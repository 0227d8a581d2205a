// What an attack is, and how it holds a connection.
import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.ts';

/** The server under attack, and the provider behind it. */
export interface Target {
  readonly url: string;
  readonly emulator: Emulator;
}

/** Something that must not stop the server. `run` goes on until the signal aborts, and leaves no connection open. */
export interface Attack {
  readonly name: string;
  run(target: Target, signal: AbortSignal): Promise<void>;
}

/** The address that the attackers' requests come from, as the proxy in front of the server says. */
export const ATTACKER = '198.51.100.66';

/** Opens a connection and sends `head` with a blank line. What the server does to the connection is no error. */
export function openConnection(url: string, head: readonly string[], signal: AbortSignal): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const destroy = () => void socket.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', destroy));
  return socket;
}

/** The head of a request by the attacker. */
export function postHead(...headers: readonly string[]): readonly string[] {
  return [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `X-Forwarded-For: ${ATTACKER}`,
    ...headers,
  ];
}

/** Resolves after so many milliseconds, or when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}

/** Keeps `count` of something that ends by itself: `open` is called again for each that has ended. */
export async function keep(count: number, open: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  // Each connection and pause listens to it.
  setMaxListeners(0, signal);
  const one = async () => {
    while (!signal.aborted) {
      await open().catch(() => {});
      await pause(20, signal);
    }
  };
  await Promise.all(Array.from({ length: count }, one));
}
