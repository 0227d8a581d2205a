// `notes` and `teamNotes`: lists, a page at a time.
import type { Builder, Ref } from '#server';
import type { NotePage } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { readCursor } from './cursor.ts';
import { PAGE, pageComplexity, pageSize } from './page-size.ts';
import { teamScope } from './team-scope.ts';

/** Adds the lists of notes. */
export function addNoteLists(builder: Builder<AppTypes>, NoteConnection: Ref<NotePage, AppTypes>): void {
  builder.queryField('notes', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: NoteConnection,
      nullable: true,
      description: "The caller's own notes, the oldest first. Needs: authenticated.",
      args: {
        first: t.arg.int({ defaultValue: PAGE.default, description: `How many, from 1 to ${PAGE.max}.` }),
        after: t.arg.string({ description: '`pageInfo.endCursor` of the page before.' }),
      },
      extensions: { complexity: pageComplexity },
      resolve: async (_root, args, { user, sources, loaders, cancellation }) => {
        const page = await sources.notes.ofOwner(user.id, readPage(args), cancellation.signal);
        // The scope of each note looks at the loader, which need not ask again.
        for (const note of page.notes) loaders.note.prime({ id: note.id, readerId: user.id }, note);
        return page;
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
        args: {
          teamId: t.arg.id({ required: true, description: 'The team.' }),
          first: t.arg.int({ defaultValue: PAGE.default, description: `How many, from 1 to ${PAGE.max}.` }),
          after: t.arg.string({ description: '`pageInfo.endCursor` of the page before.' }),
        },
        extensions: { complexity: pageComplexity },
        resolve: (_root, { teamId, ...args }, { sources, cancellation }) =>
          sources.notes.ofTeam(teamId, readPage(args), cancellation.signal),
      }),
  );
}

interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

function readPage({ first, after }: PageArguments) {
  return { size: pageSize(first), after: after ? readCursor(after) : undefined };
}
