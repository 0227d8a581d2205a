// What this app adds, by name. The compiler checks app.ts against it, and types `sources`, `loaders` and scopes by it.
import type { NoteLoader } from './loaders/note-loader.ts';
import type { AddedNotes } from './sources/added-notes.ts';
import type { Database } from './sources/database.ts';
import type { NoteStore } from './sources/note-store.ts';

export interface AppTypes {
  readonly Sources: { readonly database: Database; readonly notes: NoteStore; readonly added: AddedNotes };
  readonly Loaders: { readonly note: NoteLoader };
  readonly Scopes: { readonly noteOwner: string };
}
