// The server as a process: it ends in order on a signal, and with one message where it cannot start.
import { AppError } from '../core/errors.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import type { ServeOptions } from './open-server.ts';
import { type Serving, startServing } from './start-serving.ts';

/**
 * Serves an app until SIGTERM or SIGINT, see `runUntilSignal`. Resolves with the server's URL once it listens. Mistakes in
 * the environment, and all that keeps it from starting, end the process with one message and exit code 1.
 */
export async function serve<T extends AppTypes>(app: App<T>, options: ServeOptions): Promise<string> {
  try {
    const serving = await startServing(app, options);
    runUntilSignal(serving);
    return serving.url;
  } catch (error) {
    // What else can fail has been logged.
    if (error instanceof AppError && error.code === 'INVALID_CONFIGURATION') {
      process.stderr.write(`${error.message}\n`);
    }
    process.exit(1);
  }
}

/**
 * Logs that the server listens. On SIGTERM or SIGINT ends requests, sources, services and the process (exit code 0), in this order. A second signal ends
 * the process at once, with code 1, and so does an uncaught exception or rejection.
 */
export function runUntilSignal({ url, metricsUrl, config, logger, close }: Serving): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Uncaught exception');
    process.exit(1);
  });
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'Ending');
    await close(config.shutdownDelay);
    logger.info('Ended');
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Last: a program that reads this line may send a signal at once.
  logger.info({ url, metrics: metricsUrl, project: config.projectId }, 'Listening');
}
