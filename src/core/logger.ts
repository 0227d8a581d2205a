// The log of the process: JSON lines, written by pino.
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './log.ts';
import type { LogOutput } from './log-output.ts';

export type { Logger } from 'pino';

/** Options of `createLogger`. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly destination: DestinationStream;
}

/** Creates the logger of the process. Never log a token, a key or anything else that identifies a credential. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    { level, base: null, timestamp: createIsoTime(), serializers: { err: describeError } },
    destination,
  );
}

/** Like pino's serializer, but without user and password of URLs, which other libraries put in messages. */
function describeError(error: Error) {
  const described = pino.stdSerializers.err(error);
  const { message, stack } = described;
  return Object.assign(described, { message: withoutCredentials(message), stack: withoutCredentials(stack) });
}

function withoutCredentials(text: string | undefined): string | undefined {
  return text?.replace(/\/\/[^/\s@]+@/g, '//***@');
}

/** Logs how many lines were dropped, once for each time in which the output failed or was too slow. */
export function reportDroppedLines(output: LogOutput, logger: Logger): void {
  output.onRecovered((lines) => {
    logger.warn({ lines }, 'Log lines were dropped: standard output was full, or was not read in time');
  });
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
