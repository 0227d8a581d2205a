// The process's log: JSON lines by pino.
import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Levels from quiet to loud, as `LOG_LEVEL` names them. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Options of `createLogger`. `destination` defaults to standard output. */
export interface LoggerOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly destination?: DestinationStream;
}

/** Makes the process's logger. Nothing that identifies a credential may be given to it. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
