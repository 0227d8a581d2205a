// Request bodies over a connection: read into one growing buffer within the byte limit, or discarded.
import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';

const FIRST_CAPACITY = 4_096;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Reads a body as UTF-8, and calls `use` with it. A body above `limit` bytes rejects the request: `refuse` is called with
 * `AppError` `BAD_REQUEST` (status 413), at once where `Content-Length` says so. Neither is called where the client
 * disconnects before the end.
 */
export function readBody(
  request: IncomingMessage,
  { limit, use, refuse }: { readonly limit: number; use(text: string): void; refuse(error: AppError): void },
): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    refuse(tooLarge());
    return;
  }
  const body = new GrowingBuffer();
  const onData = (chunk: Buffer) => {
    if (body.length + chunk.length <= limit) return body.add(chunk);
    request.off('data', onData);
    request.off('end', onEnd);
    refuse(tooLarge());
  };
  const onEnd = () => use(body.text());
  request.on('data', onData);
  request.once('end', onEnd);
}

/** Whether the rest of a body is short enough for Node to read and discard it, so that the connection can be used again. */
export function isShort({ complete, headers }: IncomingMessage, limit: number): boolean {
  return complete || Number(headers['content-length'] ?? Number.NaN) <= limit;
}

/** Milliseconds in which a client that is still sending can read its answer, before the connection is closed. */
const LINGER = 2_000;

/**
 * Discards the rest of a body, up to `limit` bytes, and then calls `ended`. Closing a connection on which bytes are
 * unread resets it, and the client may lose the answer: so nothing is closed before the body ends or time is over.
 */
export function discardBody(
  request: IncomingMessage,
  { limit, ended }: { readonly limit: number; ended(): void },
): void {
  const timer = setTimeout(ended, LINGER);
  let left = limit;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.pause();
  });
  request.once('close', () => {
    clearTimeout(timer);
    ended();
  });
  request.resume();
}

/** A chunk of one byte takes 400 in Node, so chunks are copied as they come. A body in one chunk is not copied. */
class GrowingBuffer {
  length = 0;
  #first: Buffer | undefined;
  #bytes: Buffer | undefined;

  add(chunk: Buffer): void {
    if (this.length === 0) this.#first = chunk;
    else this.#append(chunk);
    this.length += chunk.length;
  }

  text(): string {
    const bytes = this.#bytes?.subarray(0, this.length) ?? this.#first;
    const text = bytes?.toString('utf8') ?? '';
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }

  #append(chunk: Buffer): void {
    const needed = this.length + chunk.length;
    if (!this.#bytes || this.#bytes.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, needed, 2 * (this.#bytes?.length ?? 0)));
      (this.#bytes ?? this.#first)?.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
      this.#first = undefined;
    }
    chunk.copy(this.#bytes, this.length);
  }
}

function tooLarge(): AppError {
  return new AppError('Request body too large', { code: 'BAD_REQUEST', status: 413 });
}
