// `updateBoard`: takes one `input`, and answers what the user can mend as data.
import type { Builder, Ref } from '#server';
import type { Board } from '../sources/board-store.ts';
import type { AppTypes } from '../types.ts';
import { BOARD_ERROR_CODES, type BoardError, readBoardChange } from './board-change.ts';

interface UpdateBoardPayload {
  readonly board?: Board;
  readonly errors: readonly BoardError[];
}

/** Adds the mutation, with its input, its payload and its errors. */
export function addUpdateBoard(builder: Builder<AppTypes>, BoardRef: Ref<Board, AppTypes>): void {
  const Input = builder.inputType('UpdateBoardInput', {
    description: 'What a board becomes.',
    fields: (t) => ({
      teamId: t.id({ required: true, description: 'The team of the board.' }),
      id: t.id({ required: true, description: 'The board.' }),
      title: t.string({ required: true, description: 'From 1 to 80 characters.' }),
      budget: t.int({ required: true, description: 'What it may cost.' }),
    }),
  });
  const Code = builder.enumType('BoardErrorCode', {
    description: 'Why a board is not changed.',
    values: BOARD_ERROR_CODES,
  });
  const ErrorRef = builder.objectRef<BoardError>('BoardError').implement({
    description: 'Something that the user can mend.',
    fields: (t) => ({
      code: t.expose('code', { type: Code, description: 'For programs.' }),
      message: t.exposeString('message', { description: 'For people.' }),
      field: t.field({
        type: ['String'],
        nullable: true,
        description: 'The path inside `input`. Null where it is of no one field.',
        resolve: ({ field }) => field,
      }),
    }),
  });
  const Payload = builder.objectRef<UpdateBoardPayload>('UpdateBoardPayload').implement({
    description: 'The board, or why it was not changed.',
    fields: (t) => ({
      board: t.field({
        type: BoardRef,
        nullable: true,
        description: 'The board after the change. Null where there are errors.',
        resolve: ({ board }) => board,
      }),
      errors: t.field({
        type: [ErrorRef],
        description: 'Empty where the board was changed.',
        resolve: ({ errors }) => errors,
      }),
    }),
  });

  builder.mutationField('updateBoard', (t) =>
    t
      // The generic type of a builder does not tell a scope the type of an argument.
      .withAuth((_root, { input }) => ({ member: true, teamMember: teamOf(input) }))
      .field({
        type: Payload,
        nullable: true,
        description: 'Changes a board of a team. Needs: member, teamMember.',
        args: { input: t.arg({ type: Input, required: true, description: 'The board as it should be.' }) },
        async resolve(_root, { input }, { sources }): Promise<UpdateBoardPayload> {
          const read = readBoardChange(input);
          if ('errors' in read) return read;
          const board = await sources.boards.update(read.change);
          if (!board) return { errors: [{ code: 'NOT_FOUND', message: 'The team has no such board' }] };
          return { board, errors: [] };
        },
      }),
  );
}

function teamOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'teamId' in input ? String(input.teamId) : '';
}
