// Where the log is written. Writing never blocks the event loop: lines that cannot be written in time are dropped.
import { BlockQueue, type Sink } from './block-queue.ts';

/** The output of a log, which pino writes to. */
export interface LogOutput {
  write(line: string): void;
  /** Starts to write what is buffered, and waits for nothing. Pino calls it after a fatal line. */
  flushSync(): void;
  /** Lines that were dropped since the start. */
  readonly dropped: number;
  /** Whether `process.exit` would wait for a write that is still running after `end`. */
  readonly delaysExit: boolean;
  /** Registers the function that is called with the number of dropped lines once lines can be written again. */
  onRecovered(report: (lines: number) => void): void;
  /** Writes the remaining lines, for at most `timeout` milliseconds. Lines that follow are not buffered. Never rejects. */
  end(timeout: number): Promise<void>;
}

/** `format` turns a line of JSON into what is written; `maxBytes` are kept for a sink that is slow. */
export interface LogOutputOptions {
  readonly format?: ((line: string) => string) | undefined;
  readonly maxBytes?: number;
}

/** Lines are written when they have this many characters together, or after this many milliseconds. */
const MAX_BUFFERED_CHARACTERS = 16_384;
const FLUSH_INTERVAL = 100;

/** Opens the output. Lines are written in blocks, since one write per line would cost more than the line itself. */
export function openLogOutput(sink: Sink, { format, maxBytes }: LogOutputOptions = {}): LogOutput {
  const queue = new BlockQueue(sink, maxBytes);
  let lines: string[] = [];
  let length = 0;
  let limit = MAX_BUFFERED_CHARACTERS;
  const flush = () => {
    if (length === 0) return;
    const count = lines.length;
    const block = lines.join('');
    lines = [];
    length = 0;
    queue.add(block, count);
  };
  const add = (line: string) => {
    lines.push(line);
    length += line.length;
    if (length >= limit) flush();
  };
  const timer = setInterval(flush, FLUSH_INTERVAL).unref();
  const atExit = () => {
    flush();
    queue.writeNow();
  };
  process.once('exit', atExit);
  return {
    write: format ? (line) => add(format(line)) : add,
    flushSync: flush,
    get dropped() {
      return queue.dropped;
    },
    get delaysExit() {
      return queue.delaysExit;
    },
    onRecovered(report) {
      queue.onRecovered = report;
    },
    async end(timeout) {
      flush();
      limit = 0;
      await queue.drained(timeout);
      clearInterval(timer);
      process.off('exit', atExit);
    },
  };
}
