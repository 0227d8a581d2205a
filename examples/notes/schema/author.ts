// `Author`: who wrote a note, as every member of the team may see that user.
import type { Builder, PublicProfile } from '#server';
import type { AppTypes } from '../types.ts';

/** Adds `Author`. Its values are those of `loaders.publicProfile`. */
export function addAuthor(builder: Builder<AppTypes>) {
  return builder.objectRef<PublicProfile>('Author').implement({
    description: 'A user of the project.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The user.' }),
      displayName: t.exposeString('displayName', { nullable: true, description: 'The name to show.' }),
      profileImageUrl: t.exposeString('profileImageUrl', {
        nullable: true,
        description: 'Where the image of the user is.',
      }),
    }),
  });
}
