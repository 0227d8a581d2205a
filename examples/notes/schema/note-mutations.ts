// `addNote` and `deleteNote`.
import { type Builder, forgetScopes, type Ref } from '#server';
import type { Note } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';

/** Adds the mutations of notes. */
export function addNoteMutations(builder: Builder<AppTypes>, Note: Ref<Note, AppTypes>): void {
  builder.mutationField('addNote', (t) =>
    t.withAuth({ member: true }).field({
      type: Note,
      nullable: true,
      description: 'Writes a note. Needs: member.',
      args: { text: t.arg.string({ required: true, description: 'What to remember.' }) },
      resolve: async (_root, { text }, { user, sources, loaders }) => {
        const note = await sources.notes.add({ ownerId: user.id, text });
        loaders.note.prime(note.id, note);
        return note;
      },
    }),
  );

  builder.mutationField('deleteNote', (t) =>
    t.id({
      nullable: true,
      description: 'Deletes a note and returns its id. Needs: member, noteOwner.',
      args: { id: t.arg.id({ required: true, description: 'The id of the note.' }) },
      // A function, because the scope depends on an argument.
      authScopes: (_root, { id }) => ({ member: true, noteOwner: id }),
      resolve: async (_root, { id }, context) => {
        await context.sources.notes.delete(id);
        // What this request has loaded and decided before no longer holds.
        context.loaders.note.clear(id);
        forgetScopes(context);
        return id;
      },
    }),
  );
}
