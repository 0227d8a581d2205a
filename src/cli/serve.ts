// The server as a process: it ends in order on a signal, and with one message where it cannot start.
import { AppError } from '../core/errors.ts';
import type { LogOutput } from '../core/log-output.ts';
import { readVersion } from '../core/version.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import { LOG_TIMEOUT, type ServeOptions } from './open-server.ts';
import { type Serving, startServing } from './start-serving.ts';

/**
 * Serves an app until a signal, see `runUntilSignal`. Resolves with the server's URL once it listens. Mistakes in
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

/** The signals on which the server ends. SIGHUP comes from a terminal that is closed. */
const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Milliseconds for the last lines where the process is to end at once. */
const SHORT_LOG_TIMEOUT = 200;

/**
 * Logs that the server listens. On SIGTERM, SIGINT or SIGHUP ends requests, sources, services and the process (exit code 0), in this
 * order. A second signal ends the process at once, with code 1, and so does an uncaught exception or rejection.
 *
 * Returns a function that leaves signals and exceptions to Node again.
 */
export function runUntilSignal(serving: Serving): () => void {
  const { url, metricsUrl, config, logger, logOutput, close } = serving;
  const fail = async (error: unknown) => {
    logger.fatal({ err: error }, 'Uncaught exception');
    await exit(1, logOutput, SHORT_LOG_TIMEOUT);
  };
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) return exit(1, logOutput, SHORT_LOG_TIMEOUT);
    ending = true;
    logger.info({ signal }, 'Ending');
    await close(config.shutdownDelay);
    logger.info('Ended');
    await exit(0, logOutput, LOG_TIMEOUT);
  };
  process.on('uncaughtException', fail);
  // Node makes an uncaught exception of a rejection, Bun does not.
  const failBun = (reason: unknown) => fail(reason instanceof Error ? reason : new Error(String(reason)));
  if (process.versions['bun'] !== undefined) process.on('unhandledRejection', failBun);
  for (const signal of END_SIGNALS) process.on(signal, end);
  // Last: a program that reads this line may send a signal at once.
  logger.info({ url, metrics: metricsUrl, project: config.projectId, version: readVersion() }, 'Listening');
  return () => {
    process.off('uncaughtException', fail);
    process.off('unhandledRejection', failBun);
    for (const signal of END_SIGNALS) process.off(signal, end);
  };
}

/** Ends the process once the log is written, and without its last lines where that takes longer than `timeout`. */
async function exit(code: 0 | 1, logOutput: LogOutput, timeout: number): Promise<void> {
  await logOutput.end(timeout);
  // process.exit would wait for ever for a write to a file system that hangs.
  if (logOutput.delaysExit) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}
