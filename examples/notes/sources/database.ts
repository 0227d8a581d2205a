// The database of the app: Postgres where `DATABASE_URL` is set, otherwise PGlite, which is Postgres in this process.
import { fileURLToPath } from 'node:url';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { AppError, type SourceDeps } from '#server';
import { type FailureLog, logFailures } from './failure-log.ts';
import { orAborted } from './or-aborted.ts';

/** Drizzle, whichever driver is below it. */
export type Queries = PgDatabase<PgQueryResultHKT>;

/** Listens to a channel of `NOTIFY`. */
export interface ChannelListener {
  received(payload: string): void;
  /** Notifications may have been missed from now until `restored`. */
  lost(error: unknown): void;
  restored(): void;
}

/** What a driver opens. */
export interface Connection {
  readonly queries: Queries;
  /** Rejects where the first connection cannot be made. */
  listen(channel: string, listener: ChannelListener): Promise<void>;
  close(): Promise<void>;
}

/** An open database, with all migrations applied. */
export interface Database extends Omit<Connection, 'queries'> {
  /**
   * Runs one query. Rejects with the signal's reason as soon as it aborts, with `AppError` `UPSTREAM_UNAVAILABLE` where the
   * database cannot be used now, `TIMEOUT` where it took too long, and with the database's own error where the query is wrong.
   */
  run<T>(signal: AbortSignal, query: (queries: Queries) => PromiseLike<T>): Promise<T>;
}

/** Counts or prints each statement: Drizzle's `logger`. */
export interface StatementLog {
  logQuery(statement: string, params: unknown[]): void;
}

/** What a driver is opened with. */
export interface ConnectionOptions {
  readonly migrationsFolder: string;
  readonly failures: FailureLog;
  readonly statementLog?: StatementLog | undefined;
}

/** Opens the database and applies the migrations. Rejects where that fails; nothing is left open then. */
export async function openDatabase(
  { env, logger }: Pick<SourceDeps, 'env' | 'logger'>,
  statementLog?: StatementLog,
): Promise<Database> {
  // `npm run build` copies what a module names in this way.
  const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
  const failures = logFailures(logger);
  const { queries, listen, close } = await connect(env, { migrationsFolder, failures, statementLog });
  return {
    listen,
    close,
    async run(signal, query) {
      signal.throwIfAborted();
      try {
        const result = await orAborted(query(queries), signal);
        failures.worked();
        return result;
      } catch (error) {
        throw failures.toError(error);
      }
    },
  };
}

/** Only the driver that is used is loaded. */
async function connect(env: SourceDeps['env'], options: ConnectionOptions): Promise<Connection> {
  const { DATABASE_URL: url, NODE_ENV: mode, DEV_DATA: data = '.data' } = env;
  if (url) return (await import('./postgres.ts')).openPostgres(url, options);
  // Each replica would have notes of its own.
  if (mode === 'production') throw new AppError('DATABASE_URL is missing', { code: 'INVALID_CONFIGURATION' });
  return (await import('./pglite.ts')).openPglite(env['PGLITE_DATA'] ?? `${data}/notes`, options);
}
