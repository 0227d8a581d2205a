// `notes` and `teamNotes`: lists, a page at a time.
import type { Builder, Ref } from '#server';
import type { NotePage } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { pageArguments, pageComplexity, readPage } from './page.ts';
import { teamScope } from './team-scope.ts';

/** Adds the lists of notes. */
export function addNoteLists(builder: Builder<AppTypes>, NoteConnection: Ref<NotePage, AppTypes>): void {
  const page = pageArguments(builder);

  builder.queryField('notes', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: NoteConnection,
      nullable: true,
      description: "The caller's own notes, the oldest first. Needs: authenticated.",
      args: page,
      extensions: { complexity: pageComplexity },
      resolve: async (_root, args, { user, sources, loaders, cancellation }) => {
        const found = await sources.notes.ofOwner(user.id, readPage(args), cancellation.signal);
        // The scope of each note looks at the loader, which need not ask again.
        for (const note of found.notes) loaders.note.prime({ id: note.id, readerId: user.id }, note);
        return found;
      },
    }),
  );

  builder.queryField('teamNotes', (t) =>
    t
      // A function, because the scope depends on an argument.
      .withAuth((_root, { teamId }) => teamScope(teamId))
      .field({
        type: NoteConnection,
        nullable: true,
        description: 'The notes of a team, the oldest first. Needs: teamPermission.',
        args: { teamId: t.arg.id({ required: true, description: 'The team.' }), ...page },
        extensions: { complexity: pageComplexity },
        resolve: (_root, { teamId, ...args }, { sources, cancellation }) =>
          sources.notes.ofTeam(teamId, readPage(args), cancellation.signal),
      }),
  );
}
