// The process's log: JSON lines by pino.
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Levels from quiet to loud, as `LOG_LEVEL` names them. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Options of `createLogger`. `destination` defaults to standard output, in blocks and a moment later. */
export interface LoggerOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly destination?: DestinationStream;
}

/** Makes the process's logger. Nothing that identifies a credential may be given to it. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino({ level, base: null, timestamp: createIsoTime() }, destination ?? createStandardOutput());
}

/** As pino's own `isoTime`, which makes the text anew for each line of a millisecond. */
function createIsoTime(): () => string {
  let madeAt = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== madeAt) {
      madeAt = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** Characters that are written together, and milliseconds that a line waits for others at most. */
const BLOCK = 16_384;
const PATIENCE = 100;

/** Bytes that may wait for whoever reads: where he is too slow, lines are lost rather than memory filled. */
const BACKLOG = 16_000_000;

/**
 * Standard output in blocks. A write for each line would be one for each request, with the event loop waiting; and
 * sonic-boom copies what it holds for every line that is added. The rest is written when the process ends.
 */
function createStandardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: false, maxLength: BACKLOG });
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
  setInterval(flush, PATIENCE).unref();
  process.once('exit', flushSync);
  const write = (line: string) => {
    lines.push(line);
    length += line.length;
    if (length >= BLOCK) flush();
  };
  // Pino asks for `flushSync` after a fatal line.
  return Object.assign({ write }, { flushSync });
}
