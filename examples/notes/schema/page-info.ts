// `PageInfo`: where a page of any list begins and ends. Every connection of the app uses this one type.
import type { Builder } from '#server';
import type { AppTypes } from '../types.ts';

/** The ends of a page. */
export interface PageEnds {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The cursors of the first and the last item; `undefined` on an empty page. */
  readonly startCursor: string | undefined;
  readonly endCursor: string | undefined;
}

/** Adds `PageInfo`. Call it once, and give the type to each connection. */
export function addPageInfo(builder: Builder<AppTypes>) {
  return builder.objectRef<PageEnds>('PageInfo').implement({
    description: 'Where a page begins and ends.',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is more after this page.' }),
      hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
        description: 'Whether there is more before this page.',
      }),
      startCursor: t.exposeString('startCursor', {
        nullable: true,
        description: 'The cursor of the first item. Null on an empty page.',
      }),
      endCursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'The cursor of the last item. Null on an empty page.',
      }),
    }),
  });
}
