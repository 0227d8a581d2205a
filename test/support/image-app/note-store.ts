import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';

/** Notes in a database in memory. */
export interface NoteStore {
  add(userId: string, text: string): Promise<void>;
  of(userId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens an empty store, whose table is made by the file beside this module. */
export async function openNoteStore(): Promise<NoteStore> {
  const database = await PGlite.create();
  await database.exec(await readFile(new URL('notes.sql', import.meta.url), 'utf8'));
  return {
    add: async (userId, text) => {
      await database.query('INSERT INTO notes (user_id, text) VALUES ($1, $2)', [userId, text]);
    },
    of: async (userId) => {
      const { rows } = await database.query<{ readonly text: string }>(
        'SELECT text FROM notes WHERE user_id = $1 ORDER BY id',
        [userId],
      );
      return rows.map(({ text }) => text);
    },
    close: () => database.close(),
  };
}
