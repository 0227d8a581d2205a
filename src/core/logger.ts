// The log of the process: JSON lines, written by pino.
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** The values of `LOG_LEVEL`, from no output to the most. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Options of `createLogger`. `destination` defaults to standard output, which is buffered. */
export interface LoggerOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly destination?: DestinationStream;
}

/** Creates the logger of the process. Never log a token, a key or anything else that identifies a credential. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino({ level, base: null, timestamp: createIsoTime() }, destination ?? createStandardOutput());
}

/** Like pino's `isoTime`, but formats the time once per millisecond instead of once per line. */
function createIsoTime(): () => string {
  let formattedAt = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== formattedAt) {
      formattedAt = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** Lines are written when they have this many characters together, or after this many milliseconds. */
const MAX_BUFFERED_CHARACTERS = 16_384;
const FLUSH_INTERVAL = 100;

/** Bytes that are kept for a slow reader of standard output. Further lines are dropped, so that memory does not fill up. */
const MAX_BUFFERED_BYTES = 16_000_000;

/**
 * Buffers standard output. Without a buffer each request would cost one write that blocks the event loop, and sonic-boom
 * copies its whole buffer for every line that is added. The last lines are written when the process ends.
 */
function createStandardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: false, maxLength: MAX_BUFFERED_BYTES });
  let lines: string[] = [];
  let length = 0;
  const flush = () => {
    if (length === 0) return;
    output.write(lines.join(''));
    lines = [];
    length = 0;
  };
  const flushSync = () => {
    flush();
    output.flushSync();
  };
  setInterval(flush, FLUSH_INTERVAL).unref();
  process.once('exit', flushSync);
  const write = (line: string) => {
    lines.push(line);
    length += line.length;
    if (length >= MAX_BUFFERED_CHARACTERS) flush();
  };
  // Pino calls `flushSync` after a fatal line.
  return Object.assign({ write }, { flushSync });
}
