// The sources, in the order in which they are opened. They are closed in reverse: streams end before their database.
import type { SourceDeps } from '#server';
import type { AppTypes } from '../types.ts';
import { listenForNotes } from './added-notes.ts';
import { openDatabase, type StatementLog } from './database.ts';
import { createNoteStore } from './note-store.ts';

/** Opens them. Rejects where the database cannot be opened or a migration fails: the process ends, and is started again. */
export async function openSources(
  deps: SourceDeps,
  statementLog?: StatementLog,
): Promise<AppTypes['Sources']> {
  const database = await openDatabase(deps, statementLog);
  try {
    const notes = createNoteStore(database);
    return { database, notes, added: await listenForNotes(database, { ...deps, notes }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}
