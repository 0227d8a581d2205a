// What the app adds, by name.
import type { BookmarkStore } from './sources/bookmark-store.ts';

export interface AppTypes {
  readonly Sources: { readonly bookmarks: BookmarkStore };
}
