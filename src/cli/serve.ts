// The server as a process: listening, signals, and an end in the order of dependence.
import { setTimeout } from 'node:timers/promises';
import { type Config, type Environment, readConfig } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';
import { createLogger, type LoggerOptions } from '../core/logger.ts';
import type { Tracing } from '../core/tracing.ts';
import { type Services, startServices } from '../process/services.ts';
import { createServer, type ServerOptions } from '../server/create-server.ts';
import type { MetricsServer } from '../server/metrics-server.ts';
import { listen } from '../server/port.ts';

/** Milliseconds to end calls and to send traces, once all requests are over. */
const LAST_WORDS = 3_000;

/** `logDestination` and `server` are for development. */
export interface RunOptions {
  readonly env: Environment;
  readonly logDestination?: LoggerOptions['destination'];
  readonly server?: ServerOptions;
}

/**
 * Runs the server until SIGTERM or SIGINT, then ends requests, services and the process (exit code 0) in this order.
 * A second signal exits at once, with code 1. Resolves with the server's URL once it listens. Mistakes in the
 * environment and a port that cannot be had end the process with one message and exit code 1.
 */
export async function run({ env, logDestination: destination, server }: RunOptions): Promise<string> {
  const config = orExit(() => readConfig(env));
  const logger = createLogger({ level: config.logLevel, ...(destination && { destination }) });
  // A promise that was rejected and that nobody took care of comes this way as well.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Something was thrown and nobody took care of it');
    process.exit(1);
  });
  const services = startServices({ config, logger, tracing: await startTracing(config, env) });
  const { listener } = orExit(() => createServer(services, server));
  const serveMetrics = await startMetrics(services);
  const cannotListen = (variable: string, port: number | undefined) => (error: NodeJS.ErrnoException) => {
    const mend = error.code === 'EADDRINUSE' ? `it is in use, set ${variable} to another` : error.message;
    logger.fatal(`Cannot listen on ${config.host} port ${port}: ${mend}`);
    process.exit(1);
  };
  const listening = await listen(listener, config).catch(cannotListen('PORT', config.port));
  const metrics = await serveMetrics?.().catch(cannotListen('METRICS_PORT', config.metricsPort));

  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'Ending');
    services.health.drain();
    listening.drain();
    // Whoever balances the load sees /ready turn red, and sends the next requests elsewhere.
    await setTimeout(config.shutdownDelay);
    for (const close of [
      () => listening.close(config.shutdownGrace),
      // Nobody waits for what is left there, such as a call to a provider that hangs.
      () => Promise.race([services.close(), setTimeout(LAST_WORDS)]),
      () => metrics?.close(),
    ]) {
      await Promise.resolve(close()).catch((error) =>
        logger.error({ err: error }, 'Could not close everything'),
      );
    }
    logger.info('Ended');
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Whoever reads this may send a signal at once.
  logger.info({ url: listening.url, metrics: metrics?.url, project: config.projectId }, 'Listening');
  return listening.url;
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

/** Loaded only where they are wanted as well. They count from before the first request; what is returned serves them. */
async function startMetrics(services: Services): Promise<(() => Promise<MetricsServer>) | undefined> {
  const { host, metricsPort: port } = services.config;
  if (port === undefined) return undefined;
  const { createMetrics } = await import('../process/metrics.ts');
  const { listenMetrics } = await import('../server/metrics-server.ts');
  const metrics = createMetrics(services);
  return () => listenMetrics(metrics, { host, port });
}

/** Ends the process where the configuration is wrong. */
function orExit<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
