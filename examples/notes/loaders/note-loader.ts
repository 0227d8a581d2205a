// `loaders.note`: however many fields of a request ask for a note by its id, the store is asked once.
import DataLoader from 'dataloader';
import type { Note, NoteStore } from '../sources/note-store.ts';

/** Loads notes by id; `undefined` where there is none. */
export type NoteLoader = DataLoader<string, Note | undefined>;

/** Creates the loader of one request. */
export function createNoteLoader(notes: NoteStore): NoteLoader {
  return new DataLoader((ids) => notes.byIds(ids));
}
