// `boards` of a team, guarded by what the provider says of the caller at this moment.
import type { Builder } from '#server';
import type { Board } from '../sources/board-store.ts';
import type { AppTypes } from '../types.ts';
import { addAuthor } from './author.ts';
import { addBoardMutations } from './board-mutations.ts';
import { addUpdateBoard } from './update-board.ts';

/** Boards of a list, as far as complexity is concerned. */
const BOARDS = 10;
const eachBoard = {
  complexity: ({ childComplexity }: { readonly childComplexity: number }) => 1 + BOARDS * childComplexity,
};

/** Adds `Board`, its root fields and its mutations. */
export function addBoards(builder: Builder<AppTypes>) {
  const Author = addAuthor(builder);
  const BoardRef = builder.objectRef<Board>('Board').implement({
    description: 'A board of a team.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The board.' }),
      title: t.exposeString('title', { description: 'What it is called.' }),
      budget: t.exposeInt('budget', {
        nullable: true,
        description: 'What it may cost. Needs: teamPermission.',
        authScopes: ({ teamId }) => ({ teamPermission: { teamId, id: 'see_budget' } }),
      }),
      author: t.field({
        type: Author,
        nullable: true,
        description: 'Who made it. Null where that user has been deleted.',
        resolve: ({ authorId }, _args, { loaders }) => loaders.publicProfile.load(authorId),
      }),
    }),
  });

  builder.queryFields((t) => ({
    boards: t.field({
      type: [BoardRef],
      nullable: true,
      description: 'The boards of a team. Needs: teamMember.',
      args: { teamId: t.arg.id({ required: true, description: 'The team.' }) },
      extensions: eachBoard,
      authScopes: (_root, { teamId }) => ({ teamMember: teamId }),
      resolve: (_root, { teamId }, { sources }) => sources.boards.ofTeam(teamId),
    }),
    allBoards: t.withAuth({ projectPermission: 'staff' }).field({
      type: [BoardRef],
      nullable: true,
      description: 'The boards of all teams. Needs: projectPermission.',
      extensions: eachBoard,
      resolve: (_root, _args, { sources }) => sources.boards.all(),
    }),
  }));

  addBoardMutations(builder, BoardRef);
  addUpdateBoard(builder, BoardRef);
  return { Board: BoardRef };
}
