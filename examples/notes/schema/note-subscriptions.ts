// `noteAdded`: the notes that the caller writes from now on, on whatever device.
import type { Builder, Ref } from '#server';
import type { Note } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';

/** Adds the subscription of notes. */
export function addNoteSubscriptions(builder: Builder<AppTypes>, Note: Ref<Note, AppTypes>): void {
  builder.subscriptionField('noteAdded', (t) =>
    t.withAuth({ member: true }).field({
      type: Note,
      nullable: true,
      description:
        'Each note that the caller writes from now on, on any replica. Null for one that has been deleted. Needs: member.',
      subscribe: (_root, _args, { user, sources }) => sources.added.of(user.id),
      resolve: ({ id }, _args, { user, loaders }) => loaders.note.load({ id, readerId: user.id }),
    }),
  );
}
