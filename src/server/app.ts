// What a team's app consists of: its types, scopes, loaders, sources and steps.
import type { Environment } from '../core/config/config.ts';
import type { Builder } from '../graph/builder.ts';
import type { Rules } from '../graph/scopes/rule.ts';
import type { Refs } from '../identity/identity.ts';
import type { Step } from '../pipeline/step.ts';
import type { Provider } from '../provider/client.ts';
import type { AppTypes, Part } from '../request/app-types.ts';
import type { CreateLoaders } from '../request/loaders.ts';
import type { WebhookHandlers } from './webhook-handlers.ts';

/** Writes a line to the server's log: what it is about and a message, or a message alone. */
export interface WriteAppLine {
  (about: object, message: string): void;
  (message: string): void;
}

/** The server's log. A type of our own: pino is no dependency of an app. */
export interface AppLogger {
  readonly debug: WriteAppLine;
  readonly info: WriteAppLine;
  readonly warn: WriteAppLine;
  readonly error: WriteAppLine;
}

/**
 * What an app starts its sources with.
 *
 * @example sources: ({ env, logger }: SourceDeps) => ({ notes: openNotes(env['NOTES_URL'], logger) })
 */
export interface SourceDeps {
  /** The identity provider's REST API. */
  readonly provider: Provider;
  readonly logger: AppLogger;
  /** The environment variables, those of the app included. */
  readonly env: Environment;
}

/**
 * An app. Every part is optional, and nothing of it runs on import.
 *
 * @example const app: App<AppTypes> = { scopes: { noteOwner }, sources: () => ({ notes: createNoteStore() }) };
 */
export interface App<T extends AppTypes = AppTypes> {
  /** Adds the app's types to ours. Called once, after the configuration was read, and by codegen. */
  readonly schema?: (builder: Builder<T>, refs: Refs<T>) => void;
  /** The rule of each scope. */
  readonly scopes?: Rules<T>;
  /**
   * Starts the app's data sources, once. Each that has a method `close` is closed after the last request, in reverse
   * order. Throw `AppError` `INVALID_CONFIGURATION` where a variable is missing: its message is printed, and the process ends.
   */
  readonly sources?: (deps: SourceDeps) => Part<T, 'Sources'> | Promise<Part<T, 'Sources'>>;
  /** Creates the loaders of one request. Not called for a request that reads none. */
  readonly loaders?: CreateLoaders<T>;
  /** Steps after the server's own. */
  readonly steps?: readonly Step[];
  /**
   * Handlers of the provider's events, by type. Each runs after the copies were dropped and before the event is answered, within
   * `EXECUTION_TIMEOUT` and 15 seconds. Where it fails the answer is 500, and the provider sends the event again.
   */
  readonly webhooks?: WebhookHandlers<T>;
}

/**
 * Declares an app, checked against its types.
 *
 * @example
 * export const app = defineApp({
 *   schema(builder) {
 *     builder.queryField('greeting', (t) => t.string({ resolve: () => 'Hello' }));
 *   },
 * });
 */
export function defineApp<T extends AppTypes = AppTypes>(app: App<T>): App<T> {
  return app;
}
