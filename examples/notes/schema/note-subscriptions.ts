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
      description: 'Each note that the caller writes from now on. Needs: member.',
      subscribe: (_root, _args, { user, sources, cancellation }) =>
        sources.added.of(user.id, cancellation.signal),
      resolve: (note, _args, { user, loaders }) => {
        // The scope of the note looks at the loader, which need not ask again.
        loaders.note.prime({ id: note.id, readerId: user.id }, note);
        return note;
      },
    }),
  );
}
