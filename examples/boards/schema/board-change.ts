// What a client sends to change a board: checked as a whole, so that a form can show every mistake at once.
import { z } from 'zod';

/** Why a board is not changed. Also the values of the enum of the graph. */
export const BOARD_ERROR_CODES = ['INVALID_INPUT', 'NOT_FOUND'] as const;

/** Something that the user can mend. `field` is a path inside `input`. */
export interface BoardError {
  readonly code: (typeof BOARD_ERROR_CODES)[number];
  readonly message: string;
  readonly field?: readonly string[];
}

const boardChange = z.object({
  teamId: z.string(),
  id: z.string(),
  title: z
    .string()
    .trim()
    .min(1, 'A title has at least one character')
    .max(80, 'A title has at most 80 characters'),
  budget: z.int().min(0, 'A budget is not negative'),
});

/** A change that may be made. */
export type BoardChange = Readonly<z.infer<typeof boardChange>>;

/** The change, or what is wrong with it. */
export function readBoardChange(
  input: object,
): { readonly change: BoardChange } | { readonly errors: readonly BoardError[] } {
  const { data, error } = boardChange.safeParse(input);
  if (data) return { change: data };
  const errors = error.issues.map(({ message, path }) => ({ message, field: path.map(String) }));
  return { errors: errors.map((one) => ({ code: 'INVALID_INPUT', ...one })) };
}
