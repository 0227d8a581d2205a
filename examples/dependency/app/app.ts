// The app: what it adds to the server.
import { defineApp } from '#server';
import { addBookmarks } from './schema/bookmark.ts';
import { createBookmarkStore } from './sources/bookmark-store.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: addBookmarks,
  sources: () => ({ bookmarks: createBookmarkStore() }),
});
