import type { NoteStore } from './note-store.ts';

export interface AppTypes {
  readonly Sources: { readonly notes: NoteStore };
  readonly Loaders: object;
  readonly Scopes: object;
}
