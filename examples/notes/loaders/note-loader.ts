// `loaders.note`: however many fields of a request ask for a note by its id, the database is asked once.
import DataLoader from 'dataloader';
import type { Note, NoteKey, NoteStore } from '../sources/note-store.ts';

/** Loads notes by id, as a reader may see them; `undefined` where there is none. */
export type NoteLoader = DataLoader<NoteKey, Note | undefined, string>;

/** Creates the loader of one request. The signal aborts with the request. */
export function createNoteLoader(notes: NoteStore, signal: AbortSignal): NoteLoader {
  return new DataLoader((keys) => notes.byKeys(keys, signal), {
    cacheKeyFn: ({ id, readerId }) => `${readerId} ${id.toLowerCase()}`,
  });
}
