// `PageInfo`: where a page of any list ends. Every connection of the app uses this one type.
import type { Builder } from '#server';
import type { AppTypes } from '../types.ts';

/** The end of a page. */
export interface PageEnd {
  readonly hasMore: boolean;
  /** The cursor of the last item; `undefined` on an empty page. */
  readonly endCursor: string | undefined;
}

/** Adds `PageInfo`. Call it once, and give the type to each connection. */
export function addPageInfo(builder: Builder<AppTypes>) {
  return builder.objectRef<PageEnd>('PageInfo').implement({
    description: 'Where a page ends.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasMore', { description: 'Whether there is more after this page.' }),
      endCursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'The cursor of the last item. Null on an empty page.',
      }),
    }),
  });
}
