// A server that listens: everything is started in order, and closed in the order of dependence.
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import type { LogOutput } from '../core/log-output.ts';
import type { Logger } from '../core/logger.ts';
import type { Services } from '../process/services.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import type { MetricsServer } from '../server/metrics-server.ts';
import { type Listening, listen } from '../server/port.ts';
import { filesNeeded, readFileLimit } from './file-limit.ts';
import { closeWith, LOG_TIMEOUT, type OpenServer, openServer, type ServeOptions } from './open-server.ts';

/** A server that listens. */
export interface Serving {
  /** With `BASE_PATH`, without trailing slash. */
  readonly url: string;
  /** Of the metrics, where they are served. */
  readonly metricsUrl: string | undefined;
  readonly config: Config;
  readonly logger: Logger;
  /** Is still open after `close`, whose owner logs that it has ended. */
  readonly logOutput: LogOutput;
  /**
   * Turns `/ready` red, waits for `delay` milliseconds, answers the requests in flight, and closes listener, sources,
   * services and metrics in this order, once. Never rejects: what cannot be closed is logged.
   */
  close(delay: number): Promise<void>;
}

/**
 * Starts a server with an app. Rejects with `AppError` `INVALID_CONFIGURATION` where the environment is wrong. Rejects and
 * logs where the port is not available (`SERVICE_UNAVAILABLE`) and where the app throws. Nothing is left open then.
 */
export async function startServing<T extends AppTypes>(app: App<T>, options: ServeOptions): Promise<Serving> {
  const server = await openServer(app, options);
  const { logOutput } = server;
  const { config, logger } = server.services;
  warnOfFileLimit(config, logger);
  const opened: Opened = { server };
  try {
    const serveMetrics = await prepareMetrics(server.services);
    opened.listening = await listen(server.listener, { ...config, events: server.connectionEvents }).catch(
      (error) => {
        throw cannotListen(error, { variable: 'PORT', host: config.host, port: config.port });
      },
    );
    opened.metrics = await serveMetrics?.();
    const url = `${opened.listening.url}${config.basePath}`;
    let closing: Promise<void> | undefined;
    const close = (delay: number) => {
      closing ??= closeInOrder(opened, delay);
      return closing;
    };
    return { url, metricsUrl: opened.metrics?.url, config, logger, logOutput, close };
  } catch (error) {
    logger.fatal(error instanceof AppError ? error.message : { err: error });
    await closeInOrder(opened, 0);
    await logOutput.end(LOG_TIMEOUT);
    throw error;
  }
}

function warnOfFileLimit(config: Config, logger: Logger): void {
  const [limit, needed] = [readFileLimit(), filesNeeded(config)];
  if (limit === undefined || limit >= needed) return;
  const remedy = 'raise it (ulimit -n), or lower MAX_CONNECTIONS';
  logger.warn({ limit, needed }, `The limit of open files is too low for MAX_CONNECTIONS: ${remedy}`);
}

/** What has been started so far. */
interface Opened {
  readonly server: OpenServer;
  listening?: Listening;
  metrics?: MetricsServer | undefined;
}

async function closeInOrder({ server, listening, metrics }: Opened, delay: number): Promise<void> {
  const { config, logger, health } = server.services;
  health.drain();
  listening?.drain();
  // The load balancer sees /ready turn red, and sends the next requests elsewhere.
  if (delay > 0) await setTimeout(delay);
  await listening?.close(config.shutdownGrace);
  await server.close();
  await closeWith(logger, async () => metrics?.close());
}

/** Loaded only where metrics are wanted. They count from before the first request; what is returned serves them. */
async function prepareMetrics(services: Services): Promise<(() => Promise<MetricsServer>) | undefined> {
  const { host, metricsPort: port } = services.config;
  if (port === undefined) return undefined;
  const { createMetrics } = await import('../process/metrics.ts');
  const { listenMetrics } = await import('../server/metrics-server.ts');
  const metrics = createMetrics(services);
  return () =>
    listenMetrics(metrics, { host, port }).catch((error) => {
      throw cannotListen(error, { variable: 'METRICS_PORT', host, port });
    });
}

interface Address {
  readonly variable: string;
  readonly host: string;
  readonly port: number;
}

function cannotListen(cause: NodeJS.ErrnoException, { variable, host, port }: Address): AppError {
  const remedy = cause.code === 'EADDRINUSE' ? `it is in use, set ${variable} to another` : cause.message;
  const message = `Cannot listen on ${host} port ${port}: ${remedy}`;
  return new AppError(message, { code: 'SERVICE_UNAVAILABLE', cause });
}
