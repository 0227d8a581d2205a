// Standard output as a sink that never blocks, whatever it is: a pipe, a socket, a terminal, a file or a device.
import { fstatSync, write, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Sink } from './block-queue.ts';

const STANDARD_OUTPUT = 1;

/** Opens standard output. On Windows node writes synchronously to pipes and consoles, and this cannot be changed. */
export function openStandardOutput(): Sink {
  if (isatty(STANDARD_OUTPUT)) {
    makeNonBlocking();
    return createStreamSink(process.stdout);
  }
  const stats = fstatSync(STANDARD_OUTPUT);
  // A write to a full pipe must not wait in libuv's thread pool: process.exit would wait for it too.
  if (stats.isFIFO() || stats.isSocket()) return createStreamSink(process.stdout);
  return createFileSink(STANDARD_OUTPUT);
}

/** A sink over a stream that does not block. */
export function createStreamSink(stream: Writable): Sink {
  if (!stream.listeners('error').includes(ignoreError)) stream.on('error', ignoreError);
  return {
    write: (bytes, done) => void stream.write(bytes, (error) => done(error, bytes.length)),
    writeNow: (bytes) => void stream.write(bytes),
    canRecover: false,
    delaysExit: false,
  };
}

/** A sink over a file or a device, written in libuv's thread pool, because a disk can be slow or full. */
export function createFileSink(fd: number): Sink {
  return {
    write: (bytes, done) => write(fd, bytes, 0, bytes.length, null, done),
    writeNow(bytes) {
      // A device could block for ever.
      if (fstatSync(fd).isFile()) writeSync(fd, bytes);
    },
    canRecover: true,
    delaysExit: true,
  };
}

/** Each write reports its error to its callback; without a listener the stream's event would end the process. */
function ignoreError(): void {}

/** Node makes terminals blocking, and a terminal whose output is held (Ctrl+S) would stop the event loop. */
function makeNonBlocking(): void {
  const { _handle: handle } = process.stdout as { readonly _handle?: { setBlocking?(value: boolean): void } };
  handle?.setBlocking?.(false);
}
