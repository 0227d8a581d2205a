// The server as a whole: services, an app, the listener and metrics, started in order and closed in reverse.
import { setTimeout } from 'node:timers/promises';
import { type Config, type Environment, readConfig } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import { createLogger, type Logger, type LoggerOptions } from '../core/logger.ts';
import type { Tracing } from '../core/tracing.ts';
import { type Services, startServices } from '../process/services.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import { createServer, type ServerOptions } from '../server/create-server.ts';
import type { MetricsServer } from '../server/metrics-server.ts';
import { type Listening, listen } from '../server/port.ts';
import { type StartedApp, startApp } from '../server/start-app.ts';

/** Milliseconds for sources and services to close, such as calls under way and the last traces. */
const CLOSE_TIMEOUT = 3_000;

/** `logDestination` and `server` are for development. */
export interface ServeOptions {
  readonly env: Environment;
  readonly logDestination?: LoggerOptions['destination'];
  readonly server?: Pick<ServerOptions, 'plugins' | 'graphiql' | 'steps' | 'pages'>;
}

/** A server that listens. */
export interface Serving {
  /** Without trailing slash. */
  readonly url: string;
  /** Of the metrics, where they are served. */
  readonly metricsUrl: string | undefined;
  readonly config: Config;
  readonly logger: Logger;
  /**
   * Turns `/ready` red, waits for `delay` milliseconds, answers the requests under way, and closes listener, sources,
   * services and metrics in this order. What cannot be closed is logged.
   */
  close(delay: number): Promise<void>;
}

/**
 * Starts a server with an app. Rejects with `AppError` `INVALID_CONFIGURATION` where the environment is wrong. Rejects
 * and logs where the port is not available (`SERVICE_UNAVAILABLE`) and where the app throws. Nothing is left open then.
 */
export async function startServing<T extends AppTypes>(app: App<T>, options: ServeOptions): Promise<Serving> {
  const { env, logDestination: destination } = options;
  const config = readConfig(env);
  const logger = createLogger({ level: config.logLevel, ...(destination && { destination }) });
  const services = startServices({ config, logger, tracing: await startTracing(config, env) });
  const opened: Opened = { services };
  try {
    const started = await startApp(app, { logger, env });
    opened.app = started;
    const steps = [...started.steps, ...(options.server?.steps ?? [])];
    const { listener } = createServer(services, { ...started, ...options.server, steps });
    const serveMetrics = await prepareMetrics(services);
    opened.listening = await listen(listener, config).catch((error) => {
      throw cannotListen(error, { variable: 'PORT', host: config.host, port: config.port });
    });
    opened.metrics = await serveMetrics?.();
    const { url } = opened.listening;
    const close = (delay: number) => closeInOrder(opened, delay);
    return { url, metricsUrl: opened.metrics?.url, config, logger, close };
  } catch (error) {
    logFailure(logger, error);
    await closeInOrder(opened, 0);
    throw error;
  }
}

/** What has been started so far. */
interface Opened {
  readonly services: Services;
  app?: StartedApp;
  listening?: Listening;
  metrics?: MetricsServer | undefined;
}

async function closeInOrder({ services, app, listening, metrics }: Opened, delay: number): Promise<void> {
  const { config, logger, health } = services;
  health.drain();
  listening?.drain();
  // The load balancer sees /ready turn red, and sends the next requests elsewhere.
  if (delay > 0) await setTimeout(delay);
  for (const close of [
    () => listening?.close(config.shutdownGrace),
    () => atMost(CLOSE_TIMEOUT, app?.closeSources()),
    () => atMost(CLOSE_TIMEOUT, services.close()),
    () => metrics?.close(),
  ]) {
    try {
      await close();
    } catch (error) {
      logger.error({ err: error }, 'Could not close everything');
    }
  }
}

function logFailure(logger: Logger, error: unknown): void {
  if (!(error instanceof AppError)) logger.fatal({ err: error }, 'Could not start');
  else if (error.code !== 'INVALID_CONFIGURATION') logger.fatal(error.message);
}

/** Waits for `work`, but no longer than this many milliseconds. */
async function atMost(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  const timer = new AbortController();
  const timeout = setTimeout(milliseconds, undefined, { signal: timer.signal }).catch(() => {});
  try {
    await Promise.race([work, timeout]);
  } finally {
    timer.abort();
  }
}

/** OpenTelemetry is large: it is loaded only where traces are wanted. */
async function startTracing(
  { traceEndpoint: endpoint }: Config,
  env: Environment,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const service = env['OTEL_SERVICE_NAME'] ?? 'stack-auth-graphql';
  return (await import('../core/tracing.ts')).startTracing({ endpoint, service });
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
