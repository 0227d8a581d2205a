// `addBoard` and `deleteBoards`.
import type { Builder, Ref } from '#server';
import type { Board } from '../sources/board-store.ts';
import type { AppTypes } from '../types.ts';

/** Adds the mutations of boards. */
export function addBoardMutations(builder: Builder<AppTypes>, BoardRef: Ref<Board, AppTypes>): void {
  builder.mutationField('addBoard', (t) =>
    // A function, because a scope depends on an argument. It does not know the type of the argument.
    t
      .withAuth((_root, { teamId }) => ({ member: true, teamMember: String(teamId) }))
      .field({
        type: BoardRef,
        nullable: true,
        description: 'Makes a board of a team. Needs: member, teamMember.',
        args: {
          teamId: t.arg.id({ required: true, description: 'The team.' }),
          title: t.arg.string({ required: true, description: 'What it is called.' }),
          budget: t.arg.int({ required: true, description: 'What it may cost.' }),
        },
        resolve: (_root, board, { user, sources }) => sources.boards.add({ ...board, authorId: user.id }),
      }),
  );

  builder.mutationField('deleteBoards', (t) =>
    t.int({
      nullable: true,
      description:
        'Deletes the boards of a team and returns how many there were. Needs: liveSession, teamPermission.',
      args: { teamId: t.arg.id({ required: true, description: 'The team.' }) },
      // A token that was stolen, or left on a lost device, is refused as soon as its session has been ended.
      authScopes: (_root, { teamId }) => ({
        liveSession: true,
        teamPermission: { teamId, id: '$delete_team' },
      }),
      resolve: (_root, { teamId }, { sources }) => sources.boards.deleteAllOf(teamId),
    }),
  );
}
