// Bookmarks in memory, for as long as the process lives. A store with a database has the same methods.

/** A page that a user wants to find again. */
export interface Bookmark {
  readonly url: string;
  readonly ownerId: string;
}

/** Where bookmarks are kept. */
export interface BookmarkStore {
  ofOwner(ownerId: string): Promise<readonly Bookmark[]>;
  add(bookmark: Bookmark): Promise<void>;
}

/** Creates an empty store. */
export function createBookmarkStore(): BookmarkStore {
  const bookmarks: Bookmark[] = [];
  return {
    ofOwner: async (ownerId) => bookmarks.filter((bookmark) => bookmark.ownerId === ownerId),
    async add(bookmark) {
      bookmarks.push(bookmark);
    },
  };
}
