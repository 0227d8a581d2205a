// Postgres, by `pg`: a pool with bounds, migrations that one replica applies at a time, and a connection that listens.
import { setTimeout as wait } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, type ClientConfig, Pool } from 'pg';
import type { ChannelListener, Connection, ConnectionOptions } from './database.ts';

/** Connections of one replica, besides the one that listens. Times the replicas: less than the server's `max_connections`. */
const MAX_CONNECTIONS = 10;
/** Milliseconds for a connection, in which a query also waits for one that is free. */
const CONNECTION_TIMEOUT = 2_000;
/** Milliseconds after which Postgres ends a statement. Less than `EXECUTION_TIMEOUT`, so that the other fields are answered. */
const STATEMENT_TIMEOUT = 5_000;
/** Milliseconds after which a server that does not answer at all is given up. */
const QUERY_TIMEOUT = STATEMENT_TIMEOUT + 1_000;
/** Milliseconds for a migration, and for waiting until another replica has applied it. */
const MIGRATION_TIMEOUT = 60_000;
/** Any number that no other program locks in this database. */
const MIGRATION_LOCK = 7_203_914_655;
/** Milliseconds between two attempts to listen again. */
const RECONNECT_DELAY = 1_000;

/** Applies the migrations and opens the pool. Rejects where there is no connection, or a migration fails. */
export async function openPostgres(
  connectionString: string,
  { migrationsFolder, failures, statementLog }: ConnectionOptions,
): Promise<Connection> {
  const shared: ClientConfig = {
    connectionString,
    application_name: 'notes',
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
  };
  await applyMigrations(shared, migrationsFolder);
  const pool = new Pool({
    ...shared,
    max: MAX_CONNECTIONS,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
  });
  // Of a connection that nothing uses. The pool replaces it; without a listener the process would end.
  pool.on('error', failures.failed);
  const closing = new AbortController();
  const listening: Promise<void>[] = [];
  return {
    queries: drizzle(pool, { logger: statementLog ?? false }),
    async listen(channel, listener) {
      const first = await listenOnce(shared, channel, listener);
      listening.push(keepListening(first, { shared, channel, listener, signal: closing.signal }));
    },
    async close() {
      closing.abort();
      await Promise.all([pool.end(), ...listening]);
    },
  };
}

/** The lock belongs to the connection: it is released when that ends, also where this process is killed. */
async function applyMigrations(shared: ClientConfig, migrationsFolder: string): Promise<void> {
  const client = new Client({ ...shared, statement_timeout: MIGRATION_TIMEOUT });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}

/** A connection that listens. `ended` resolves with why it no longer does. */
interface Listening {
  readonly ended: Promise<unknown>;
  end(): Promise<void>;
}

async function listenOnce(
  shared: ClientConfig,
  channel: string,
  { received }: Pick<ChannelListener, 'received'>,
): Promise<Listening> {
  const client = new Client(shared);
  const ended = new Promise((resolve) => {
    client.on('error', resolve);
    client.on('end', () => resolve(undefined));
  });
  client.on('notification', ({ payload }) => received(payload ?? ''));
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { ended, end: () => client.end() };
}

interface KeepListeningOptions {
  readonly shared: ClientConfig;
  readonly channel: string;
  readonly listener: ChannelListener;
  readonly signal: AbortSignal;
}

/** Listens again whenever the connection has ended, until the signal aborts. */
async function keepListening(
  first: Listening,
  { shared, channel, listener, signal }: KeepListeningOptions,
): Promise<void> {
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  let current: Listening | undefined = first;
  while (!signal.aborted) {
    if (current) {
      const error = await Promise.race([current.ended, aborted]);
      await current.end().catch(() => {});
      if (signal.aborted) return;
      listener.lost(error);
    }
    await wait(RECONNECT_DELAY, undefined, { signal }).catch(() => {});
    current = signal.aborted ? undefined : await listenOnce(shared, channel, listener).catch(() => undefined);
    if (current) listener.restored();
  }
  await current?.end();
}
