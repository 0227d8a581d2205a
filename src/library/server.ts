// `#server`, and `stack-auth-graphql/server` for other repositories: what an app is written and served with.
import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { runUntilSignal } from '../cli/serve.ts';
import { startServing } from '../cli/start-serving.ts';
import { type Environment, readConfig } from '../core/config/config.ts';
import { createLogger } from '../core/logger.ts';
import { startServices } from '../process/services.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';
import { createServer as createBareServer } from '../server/create-server.ts';
import { type StartedApp, startApp } from '../server/start-app.ts';

export { AppError } from '../core/errors.ts';
export type { Builder, Ref } from '../graph/builder.ts';
export { publicFieldsOf } from '../graph/public-fields.ts';
export type { Refusal, Rule } from '../graph/scopes/rule.ts';
export { forgetScopes } from '../graph/scopes/scope-map.ts';
export type { Refs } from '../identity/identity.ts';
export type { Step } from '../pipeline/step.ts';
export type { AppTypes } from '../request/app-types.ts';
export type { RequestContext } from '../request/context.ts';
export type { LoaderContext } from '../request/loaders.ts';
export { type App, defineApp, type SourceDeps } from '../server/app.ts';
export { createSchema } from '../server/app-schema.ts';

/** A server that opens no port. */
export interface AppServer {
  readonly schema: GraphQLSchema;
  /** Answers a request in process. */
  fetch(request: Request): Promise<Response>;
  /** Answers the requests of an HTTP server of node. */
  readonly listener: RequestListener;
  /** Closes sources and services. */
  close(): Promise<void>;
}

/**
 * Starts an app without a port. `env` holds the variables of docs/configuration.md and those of the app. Rejects with
 * `AppError` `INVALID_CONFIGURATION` where they are wrong, and with what the app throws; nothing is left open then.
 */
export async function createServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<AppServer> {
  const config = readConfig(env);
  const logger = createLogger({ level: config.logLevel });
  const services = startServices({ config, logger });
  let started: StartedApp | undefined;
  try {
    started = await startApp(app, { logger, env });
    const { closeSources } = started;
    const { schema, fetch, listener } = createBareServer(services, started);
    return {
      schema,
      fetch,
      listener,
      close: () => closeSources().finally(() => services.close()),
    };
  } catch (error) {
    await started
      ?.closeSources()
      .catch((closeError) => logger.error({ err: closeError }, 'Could not close everything'));
    await services.close();
    throw error;
  }
}

/**
 * Serves an app until SIGTERM or SIGINT, then ends requests, sources, services and the process (exit code 0), in this
 * order. Resolves with the server's origin once it listens. Rejects where the environment is wrong, the app throws, or the
 * port is not available, and ends no process then.
 */
export async function startServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const serving = await startServing(app, { env });
  runUntilSignal(serving);
  return { url: serving.url, close: () => serving.close(0) };
}
