// `addNote` and `deleteNote`.
import { type Builder, forgetScopes, type Ref } from '#server';
import type { Note } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { readNoteText } from './note-text.ts';
import { teamScope } from './team-scope.ts';

/** Adds the mutations of notes. */
export function addNoteMutations(builder: Builder<AppTypes>, Note: Ref<Note, AppTypes>): void {
  builder.mutationField('addNote', (t) =>
    t
      .withAuth((_root, { teamId }) => ({ member: true, ...(teamId ? teamScope(teamId) : {}) }))
      .field({
        type: Note,
        nullable: true,
        description: 'Writes a note. Needs: member, and for a note of a team teamPermission.',
        args: {
          text: t.arg.string({ required: true, description: 'What to remember.' }),
          teamId: t.arg.id({ description: 'The team. By default the note is for the caller alone.' }),
        },
        resolve: async (_root, { text, teamId }, { user, sources, loaders, cancellation }) => {
          const note = await sources.notes.add(
            { ownerId: user.id, teamId: teamId || null, text: readNoteText(text) },
            cancellation.signal,
          );
          loaders.note.prime({ id: note.id, readerId: user.id }, note);
          return note;
        },
      }),
  );

  builder.mutationField('deleteNote', (t) =>
    t
      .withAuth((_root, { id }) => ({ member: true, noteOwner: String(id) }))
      .id({
        nullable: true,
        description: 'Deletes a note that the caller wrote, and returns its id. Needs: member, noteOwner.',
        args: { id: t.arg.id({ required: true, description: 'The id of the note.' }) },
        resolve: async (_root, { id }, context) => {
          const { user, sources, loaders, cancellation } = context;
          await sources.notes.delete({ id, ownerId: user.id }, cancellation.signal);
          // What this request has loaded and decided before no longer holds.
          loaders.note.clear({ id, readerId: user.id });
          forgetScopes(context);
          return id;
        },
      }),
  );
}
