import { connect, type Socket } from 'node:net';
import { lookUnderBun } from './bun/looks.ts';

/** A connection on which tests send bytes that no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket;
  /** Resolves with everything received, once either side has closed the connection. */
  readonly ended: Promise<string>;
}

/** Opens a connection to the server at `url`. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  // Some tests provoke a server that closes the connection while the test is still sending.
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      lookUnderBun();
      resolve(received);
    });
  });
  return { socket, ended };
}

/** Sends one request, which should have `Connection: close`, and returns everything received. */
export async function sendRaw(url: string, request: string | Buffer): Promise<string> {
  const { socket, ended } = await openRaw(url);
  const bytes = Buffer.from(request);
  for (let sent = 0; sent < bytes.length && socket.writable && socket.bytesRead === 0; sent += 16_384) {
    await new Promise((resolve) => socket.write(bytes.subarray(sent, sent + 16_384), resolve));
  }
  return ended;
}

/** The status in a raw answer; `undefined` when there is none. */
export function statusOf(answer: string): number | undefined {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
}
