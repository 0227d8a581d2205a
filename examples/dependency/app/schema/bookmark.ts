// `bookmarks` and `addBookmark`: the caller's own pages.
import { AppError, type Builder, type Refs } from '#server';
import type { Bookmark } from '../sources/bookmark-store.ts';
import type { AppTypes } from '../types.ts';

const MAX_BOOKMARKS = 100;

/** Adds `Bookmark`, its mutation, and a field of `User`. */
export function addBookmarks(builder: Builder<AppTypes>, { User }: Refs<AppTypes>): void {
  const BookmarkRef = builder.objectRef<Bookmark>('Bookmark').implement({
    description: 'A page to find again.',
    authScopes: { authenticated: true },
    fields: (t) => ({
      url: t.exposeString('url', { description: 'Where the page is.' }),
    }),
  });

  builder.objectField(User, 'bookmarks', (t) =>
    t.field({
      type: [BookmarkRef],
      nullable: true,
      description: 'What the user has added, the oldest first.',
      resolve: ({ id }, _args, { sources }) => sources.bookmarks.ofOwner(id),
    }),
  );

  builder.mutationField('addBookmark', (t) =>
    t.withAuth({ member: true }).field({
      type: BookmarkRef,
      nullable: true,
      description: 'Adds a page to the bookmarks of the caller. Needs: member.',
      args: { url: t.arg.string({ required: true, description: 'An https URL.' }) },
      async resolve(_root, { url }, { user, sources }) {
        if (!url.startsWith('https://')) throw refused('This is no https URL', 'NOT_HTTPS');
        const own = await sources.bookmarks.ofOwner(user.id);
        if (own.length >= MAX_BOOKMARKS) throw refused('There are too many bookmarks', 'TOO_MANY');
        const bookmark = { url, ownerId: user.id };
        await sources.bookmarks.add(bookmark);
        return bookmark;
      },
    }),
  );
}

function refused(message: string, reason: string): AppError {
  return new AppError(message, { code: 'BAD_REQUEST', reason });
}
