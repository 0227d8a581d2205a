// `#server`, and `stack-auth-graphql/server` for other repositories: what an app is written and served with.
// The next line declares `authScopes` as an option of fields, also where the package is installed.
/// <reference types="@pothos/plugin-scope-auth" preserve="true" />
import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { LOG_TIMEOUT, openServer } from '../cli/open-server.ts';
import { runUntilSignal } from '../cli/serve.ts';
import { startServing } from '../cli/start-serving.ts';
import type { Environment } from '../core/config/config.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from '../server/app.ts';

export { AppError } from '../core/errors.ts';
export type { Builder, Ref } from '../graph/builder.ts';
export { entity, publicEntity } from '../graph/entity.ts';
export { publicFieldsOf } from '../graph/public-fields.ts';
export type { Refusal, Rule } from '../graph/scopes/rule.ts';
export { forgetScopes } from '../graph/scopes/scope-map.ts';
export type { Refs } from '../identity/identity.ts';
export type { Step } from '../pipeline/step.ts';
export type { CallOptions, Provider } from '../provider/client.ts';
export { toAppError } from '../provider/outcome-error.ts';
export type { Outcome } from '../provider/outcomes.ts';
export { path } from '../provider/path.ts';
export type { PublicProfile } from '../provider/public-profile.ts';
export type { WebhookEvent } from '../provider/webhook.ts';
export type { AppTypes } from '../request/app-types.ts';
export type { RequestContext } from '../request/context.ts';
export type { LoaderContext } from '../request/loaders.ts';
export { type App, defineApp, type SourceDeps } from '../server/app.ts';
export { createSchema } from '../server/app-schema.ts';
export { createSubgraph, type Subgraph } from '../server/subgraph.ts';
export type { WebhookContext } from '../server/webhook-handlers.ts';

/**
 * A server that has opened no port: its schema, `fetch` within the process, and a listener for node:http.
 *
 * @example const { fetch, close }: AppServer = await createServer(app);
 */
export interface AppServer {
  readonly schema: GraphQLSchema;
  /**
   * Answers all routes, by the same steps as `listener`, and reads no more of a body than `BODY_LIMIT`. What is counted by
   * connection is not, since there is none: its minimum rate, its unread answers, the budgets of bodies.
   */
  fetch(request: Request): Promise<Response>;
  /** For `http.createServer({ joinDuplicateHeaders: true }, listener)`. Without this option Node drops all but one of two `Authorization` headers, which are refused otherwise. */
  readonly listener: RequestListener;
  /** Ends open subscriptions, then closes sources and services. Answer other requests before. */
  close(): Promise<void>;
}

/**
 * A server that listens.
 *
 * @example const { url, close }: RunningServer = await startServer(app);
 */
export interface RunningServer {
  /** The origin, such as `http://localhost:4000`: without `BASE_PATH`. */
  readonly url: string;
  /** Ends as on a signal, but at once and not the process: requests, then sources, then services. */
  close(): Promise<void>;
}

/**
 * Starts an app without a port. `env` holds the variables of docs/configuration.md and those of the app. Rejects with
 * `AppError` `INVALID_CONFIGURATION`, which lists all that is wrong in them, and with what the app throws; nothing is left
 * open then.
 *
 * @example
 * const server = await createServer(app);
 * export default { fetch: server.fetch };
 */
export async function createServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<AppServer> {
  const { schema, fetch, listener, logOutput, ...server } = await openServer(app, { env });
  const close = once(async () => {
    server.services.health.drain();
    await server.close();
    await logOutput.end(LOG_TIMEOUT);
  });
  return { schema, fetch, listener, close };
}

/**
 * Serves an app until SIGTERM, SIGINT or SIGHUP, then ends requests, sources, services and the process (exit code 0), in this
 * order. Resolves once it listens. Rejects where the environment is wrong (with the whole list), the app throws, or the port is not
 * available; nothing is left open then, and no process is ended.
 *
 * @example await startServer(defineApp({ schema: addNotes }));
 */
export async function startServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<RunningServer> {
  const serving = await startServing(app, { env });
  const ignoreSignals = runUntilSignal(serving);
  const close = once(async () => {
    await serving.close(0);
    await serving.logOutput.end(LOG_TIMEOUT);
    ignoreSignals();
  });
  return { url: new URL(serving.url).origin, close };
}

/** Calls it the first time, and gives the same promise again. */
function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}
