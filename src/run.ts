// The server as a process: listening, signals, and an end in the order of dependence.
import { setTimeout } from 'node:timers/promises';
import { type Config, type Environment, readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { listen } from './listen.ts';
import { createLogger, type Logger, type LoggerOptions } from './logger.ts';
import { createMetrics, listenMetrics, type MetricsServer } from './metrics.ts';
import type { GraphiqlHeaders } from './plugins/graphiql.ts';
import { createServer } from './server.ts';
import { type Services, startServices } from './services.ts';
import type { Tracing } from './tracing.ts';

/** `logDestination` and `graphiqlHeaders` are for development. */
export interface RunOptions {
  readonly env: Environment;
  readonly logDestination?: LoggerOptions['destination'];
  readonly graphiqlHeaders?: GraphiqlHeaders | undefined;
}

/**
 * Runs the server until SIGTERM or SIGINT, then ends requests, services and the process (exit code 0) in this order.
 * A second signal exits at once, with code 1. Resolves with the server's URL once it listens. Mistakes in the
 * environment and a port that cannot be had end the process with one message and exit code 1.
 */
export async function run({
  env,
  logDestination: destination,
  graphiqlHeaders,
}: RunOptions): Promise<string> {
  const config = readConfigOrExit(env);
  const logger = createLogger({ level: config.logLevel, ...(destination && { destination }) });
  const services = startServices({ config, logger, tracing: await startTracing(config, env) });
  const server = createServer(services, { graphiqlHeaders });
  const listening = await listen(server, config).catch((error) => cannotListen(error, { config, logger }));
  const metrics = await serveMetrics(services).catch((error) =>
    cannotListen(error, { config: { ...config, port: config.metricsPort ?? 0 }, logger }),
  );
  logger.info({ url: listening.url, metrics: metrics?.url, project: config.projectId }, 'Listening');

  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'Ending');
    services.health.drain();
    // Whoever balances the load sees /ready turn red, and sends the next requests elsewhere.
    await setTimeout(config.shutdownDelay);
    for (const close of [
      () => listening.close(config.shutdownGrace),
      () => services.close(),
      () => metrics?.close(),
    ]) {
      await Promise.resolve(close()).catch((error) =>
        logger.error({ err: error }, 'Could not close everything'),
      );
    }
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'A promise was rejected and nobody took care of it');
    process.exit(1);
  });
  return listening.url;
}

/** OpenTelemetry is large: it is loaded only where traces are wanted. */
async function startTracing(
  { traceEndpoint: endpoint }: Config,
  env: Environment,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const service = env['OTEL_SERVICE_NAME'] ?? 'stack-auth-graphql';
  return (await import('./tracing.ts')).startTracing({ endpoint, service });
}

async function serveMetrics(services: Services): Promise<MetricsServer | undefined> {
  const { host, metricsPort: port } = services.config;
  return port === undefined ? undefined : listenMetrics(createMetrics(services), { host, port });
}

function readConfigOrExit(env: Environment): Config {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function cannotListen(
  error: NodeJS.ErrnoException,
  {
    config: { host, port },
    logger,
  }: { readonly config: Pick<Config, 'host' | 'port'>; readonly logger: Logger },
): never {
  const mend = error.code === 'EADDRINUSE' ? 'it is in use, set PORT to another' : error.message;
  logger.fatal(`Cannot listen on ${host} port ${port}: ${mend}`);
  process.exit(1);
}
