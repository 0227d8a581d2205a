// One keep-alive HTTP/1.1 connection on a raw socket, one request at a time: the client must cost less than the server.
import { connect, type Socket } from 'node:net';

/** Told of each answer. `body` is only good until the function returns. */
export type OnAnswer = (status: number, body: Buffer) => void;

/** A connection that is open. `send` must wait for the answer to what was sent before. */
export interface Connection {
  send(request: Buffer): void;
  close(): void;
}

/** `onBroken` is told when the other side ends the connection, and whether an answer was due. */
export interface ConnectionOptions {
  readonly port: number;
  readonly onAnswer: OnAnswer;
  readonly onBroken: (isDue: boolean) => void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/** Opens a connection to loopback. Rejects when nothing listens. */
export async function openConnection({ port, onAnswer, onBroken }: ConnectionOptions): Promise<Connection> {
  let partial: Buffer | undefined;
  let isDue = false;
  let closed = false;

  function onData(received: number, buffer: Uint8Array): boolean {
    const fresh = Buffer.from(buffer.buffer, buffer.byteOffset, received);
    const data = partial ? Buffer.concat([partial, fresh]) : fresh;
    const answer = readAnswer(data);
    if (!answer) {
      // The buffer is the socket's, and will be written over.
      partial = partial ? data : Buffer.from(fresh);
      return true;
    }
    partial = undefined;
    isDue = false;
    onAnswer(answer.status, answer.body);
    return true;
  }

  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafe(65_536), callback: onData },
    });
    opened.once('connect', () => resolve(opened));
    opened.once('error', reject);
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    if (!closed) onBroken(isDue);
  });
  return {
    send(request) {
      isDue = true;
      socket.write(request);
    },
    close() {
      closed = true;
      socket.destroy();
    },
  };
}

interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** `undefined` while there is more to come. */
function readAnswer(data: Buffer): RawAnswer | undefined {
  const end = data.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const head = data.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const start = end + END_OF_HEAD.length;
  const length = CONTENT_LENGTH.exec(head)?.[1];
  if (length !== undefined) {
    const total = start + Number(length);
    return data.length < total ? undefined : { status, body: data.subarray(start, total) };
  }
  if (!CHUNKED.test(head)) throw new Error(`An answer without a length:\n${head}`);
  const body = joinChunks(data.subarray(start));
  return body && { status, body };
}

function joinChunks(data: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = data.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(data.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (data.length < next) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(data.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
