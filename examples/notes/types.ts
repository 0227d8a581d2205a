// What this app adds, by name.
import type { NoteLoader } from './loaders/note-loader.ts';
import type { NoteStore } from './sources/note-store.ts';

export interface AppTypes {
  readonly Sources: { readonly notes: NoteStore };
  readonly Loaders: { readonly note: NoteLoader };
  readonly Scopes: { readonly noteOwner: string };
}
