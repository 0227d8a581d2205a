// PGlite: Postgres as WebAssembly in this process, in a folder of one's own. For development and tests: it has one connection, blocks
// the process while it works, and knows no `statement_timeout`.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Connection, ConnectionOptions } from './database.ts';
import { lockFolder } from './lock-folder.ts';

/** Keeps nothing, as a folder. */
export const IN_MEMORY = 'memory://';

/** Opens the folder, which is created. Throws `AppError` `INVALID_CONFIGURATION` where another process has it open. */
export async function openPglite(
  folder: string,
  { migrationsFolder, statementLog }: ConnectionOptions,
): Promise<Connection> {
  const unlock = folder === IN_MEMORY ? () => {} : openFolder(resolve(folder));
  const client = new PGlite(folder === IN_MEMORY ? undefined : resolve(folder, 'postgres'));
  const close = async () => {
    await client.close();
    unlock();
  };
  try {
    await client.waitReady;
    await migrate(drizzle(client), { migrationsFolder });
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  return {
    queries: drizzle(client, { logger: statementLog ?? false }),
    async listen(channel, { received }) {
      await client.listen(channel, received);
    },
    close,
  };
}

function openFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return lockFolder(folder);
}
