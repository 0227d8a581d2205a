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
export type { AppTypes } from '../request/app-types.ts';
export type { RequestContext } from '../request/context.ts';
export type { LoaderContext } from '../request/loaders.ts';
export { type App, defineApp, type SourceDeps } from '../server/app.ts';
export { createSchema } from '../server/app-schema.ts';
export { createSubgraph, type Subgraph } from '../server/subgraph.ts';

/** A server that has opened no port: its schema, `fetch` within the process, and a listener for node:http. */
export interface AppServer {
  readonly schema: GraphQLSchema;
  /** Answers all routes, by the same steps as `listener`. What is counted by connection is not: there is none. */
  fetch(request: Request): Promise<Response>;
  readonly listener: RequestListener;
  /** Closes sources, then services. */
  close(): Promise<void>;
}

/**
 * Starts an app without a port. `env` holds the variables of docs/configuration.md and those of the app. Rejects with
 * `AppError` `INVALID_CONFIGURATION` where they are wrong, and with what the app throws; nothing is left open then.
 *
 * @example
 * const { fetch, close } = await createServer(app, { ...process.env, LOG_LEVEL: 'silent' });
 */
export async function createServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<AppServer> {
  const { schema, fetch, listener, logOutput, ...server } = await openServer(app, { env });
  const close = async () => {
    await server.close();
    await logOutput.end(LOG_TIMEOUT);
  };
  return { schema, fetch, listener, close };
}

/**
 * Serves an app until SIGTERM, SIGINT or SIGHUP, then ends requests, sources, services and the process (exit code 0), in this
 * order. Resolves with the server's origin once it listens. Rejects where the environment is wrong, the app throws, or the
 * port is not available, and ends no process then.
 *
 * @example
 * await startServer(defineApp({ schema: (builder) => builder.queryField('hello', (t) => t.string({ resolve: () => 'Hi' })) }));
 */
export async function startServer<T extends AppTypes>(
  app: App<T>,
  env: Environment = process.env,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const serving = await startServing(app, { env });
  const leaveSignals = runUntilSignal(serving);
  const close = async () => {
    await serving.close(0);
    await serving.logOutput.end(LOG_TIMEOUT);
    leaveSignals();
  };
  return { url: serving.url, close };
}
