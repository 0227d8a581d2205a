// Where notes are kept. This one keeps them in memory: yours asks a database or an API, by the same interface.
import { randomUUID } from 'node:crypto';

/** A note of one user. */
export interface Note {
  readonly id: string;
  readonly ownerId: string;
  readonly text: string;
}

/** The data source. */
export interface NoteStore {
  /** One answer for each id, in their order; `undefined` where there is no such note. */
  byIds(ids: readonly string[]): Promise<readonly (Note | undefined)[]>;
  ofOwner(ownerId: string): Promise<readonly Note[]>;
  add(note: Omit<Note, 'id'>): Promise<Note>;
}

/** Makes an empty store. */
export function createNoteStore(): NoteStore {
  const notes = new Map<string, Note>();
  return {
    async byIds(ids) {
      return ids.map((id) => notes.get(id));
    },
    async ofOwner(ownerId) {
      return [...notes.values()].filter((note) => note.ownerId === ownerId);
    },
    async add(note) {
      const added = { ...note, id: randomUUID() };
      notes.set(added.id, added);
      return added;
    },
  };
}
