// The log of the library: that of its user, or warnings and errors on the console.
import { AppError, isInternal } from '../../core/errors.ts';
import type { Log, WriteLine } from '../../core/log.ts';
import type { Logger } from './types.ts';

/** Creates the log. A logger that throws must not fail a request, or end the refresh of the keys. */
export function createLog(logger: Logger = CONSOLE): Log {
  const write =
    (level: keyof Logger): WriteLine =>
    (about, message) => {
      try {
        logger[level](about, message);
      } catch {
        // There is nowhere to report it.
      }
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Logs an error of which clients are told nothing, unless its cause has a line of its own. */
export function logInternal(logger: Log, error: unknown): void {
  if (error instanceof AppError && isInternal(error) && !error.isLogged)
    logger.error({ err: error }, error.message);
}

const CONSOLE: Logger = {
  info() {},
  // biome-ignore lint/suspicious/noConsole: a mistake in a setting would otherwise show nowhere
  warn: (about, message) => console.warn(message, about),
  // biome-ignore lint/suspicious/noConsole: as above
  error: (about, message) => console.error(message, about),
};
