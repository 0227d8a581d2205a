// Configuration, services, an app and the server made from them: all but a port.
import { setTimeout } from 'node:timers/promises';
import { type Config, type Environment, readConfig } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import { type LogOutput, type LogOutputOptions, openLogOutput } from '../core/log-output.ts';
import { createLogger, type Logger, reportDroppedLines } from '../core/logger.ts';
import type { Tracing } from '../core/spans.ts';
import { openStandardOutput } from '../core/standard-output.ts';
import { readTraceSettings } from '../core/trace-settings.ts';
import { type Services, startServices } from '../process/services.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import { createServer, type Server, type ServerOptions } from '../server/create-server.ts';
import { type StartedApp, startApp } from '../server/start-app.ts';

/** Milliseconds for sources, and then for services, to close, with their running calls and the last traces. */
const CLOSE_TIMEOUT = 3_000;

/** Milliseconds for the last lines of the log. */
export const LOG_TIMEOUT = 2_000;

/** `logFormat` and `server` are for development. */
export interface ServeOptions {
  readonly env: Environment;
  readonly logFormat?: LogOutputOptions['format'];
  readonly server?: Pick<ServerOptions, 'plugins' | 'graphiql' | 'steps' | 'pages'>;
}

/** A server that has opened no port. */
export interface OpenServer extends Server {
  readonly services: Services;
  /** Is open until its owner ends it, so that closing can be logged. */
  readonly logOutput: LogOutput;
  /** Closes sources, then services. Never rejects: what cannot be closed is logged. */
  close(): Promise<void>;
}

/**
 * Starts services and app. Rejects with `AppError` `INVALID_CONFIGURATION` where the environment or a persisted document
 * is wrong, and with what the app throws; nothing is left open then.
 */
export async function openServer<T extends AppTypes>(
  app: App<T>,
  { env, logFormat: format, server = {} }: ServeOptions,
): Promise<OpenServer> {
  const config = readConfig(env);
  const logOutput = openLogOutput(openStandardOutput(), { format });
  const logger = createLogger({ level: config.logLevel, destination: logOutput });
  reportDroppedLines(logOutput, logger);
  let services: Services | undefined;
  let started: StartedApp | undefined;
  const close = async () => {
    await closeWith(logger, () => started?.closeSources());
    await closeWith(logger, () => services?.close());
  };
  try {
    services = startServices({ config, logger, logOutput, tracing: await startTracing(config, logger) });
    started = await startApp(app, { provider: services.provider, logger, env }, config.federation);
    const steps = [...started.steps, ...(server.steps ?? [])];
    return { ...createServer(services, { ...started, ...server, steps }), services, logOutput, close };
  } catch (error) {
    // A mistake in the configuration is for the caller to print, without a stack.
    const isMistake = error instanceof AppError && error.code === 'INVALID_CONFIGURATION';
    if (!isMistake) logger.fatal({ err: error }, 'Could not start');
    await close();
    await logOutput.end(LOG_TIMEOUT);
    throw error;
  }
}

/** Waits for a part to close, but no longer than `CLOSE_TIMEOUT`, and logs where it cannot. */
export async function closeWith(logger: Logger, close: () => Promise<unknown> | undefined): Promise<void> {
  const timer = new AbortController();
  const timeout = setTimeout(CLOSE_TIMEOUT, undefined, { signal: timer.signal }).catch(() => {});
  try {
    await Promise.race([close(), timeout]);
  } catch (error) {
    logger.error({ err: error }, 'Could not close everything');
  } finally {
    timer.abort();
  }
}

/** OpenTelemetry is large: it is loaded only where traces are wanted. */
async function startTracing({ traces }: Config, logger: Logger): Promise<Tracing | undefined> {
  const { settings, warnings } = readTraceSettings(traces);
  for (const warning of warnings) logger.warn(warning);
  if (settings === undefined) return undefined;
  return (await import('../core/tracing.ts')).startTracing({ settings, logger });
}
