// What this app adds, by name. Its scopes are those that every app has.
import type { BoardStore } from './sources/board-store.ts';

export interface AppTypes {
  readonly Sources: { readonly boards: BoardStore };
  readonly Loaders: object;
  readonly Scopes: object;
}
