// A database for the tests of an app: PGlite in memory, or a real Postgres in `.ci/run --all`.
import { POSTGRES_IS_REQUIRED, startPostgres } from './postgres.ts';

/** The variables that an app opens it by. */
export interface TestDatabase {
  readonly env: Readonly<Record<string, string>>;
  [Symbol.dispose](): void;
}

/** Creates an empty one. */
export async function createTestDatabase(): Promise<TestDatabase> {
  if (!POSTGRES_IS_REQUIRED) return { env: { PGLITE_DATA: 'memory://' }, [Symbol.dispose]() {} };
  const postgres = await startPostgres();
  return { env: { DATABASE_URL: postgres.url }, [Symbol.dispose]: () => postgres[Symbol.dispose]() };
}
