// The arguments of a list: a page from its start or its end, bounded, and counted in the complexity before anything is read.
import { AppError, type Builder } from '#server';
import type { PageRequest } from '../sources/note-store.ts';
import type { AppTypes } from '../types.ts';
import { readCursor } from './cursor.ts';

/** A page, by default and at most. Authors cost a call to the provider each: fewer than `MAX_PROVIDER_CALLS` (50). */
const PAGE = { default: 20, max: 40 } as const;

/** The arguments of a page, as clients send them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The four arguments of a Relay connection. */
export function pageArguments(builder: Builder<AppTypes>) {
  return builder.args((t) => ({
    first: t.int({ description: `How many, from the start: 1 to ${PAGE.max}. By default ${PAGE.default}.` }),
    after: t.string({ description: 'Only what comes after this cursor.' }),
    last: t.int({ description: `How many, from the end: 1 to ${PAGE.max}. Not together with \`first\`.` }),
    before: t.string({ description: 'Only what comes before this cursor.' }),
  }));
}

/** Reads the arguments. Throws `AppError` `BAD_REQUEST` where a size is out of bounds, both are given, or a cursor is none of ours. */
export function readPage({ first, after, last, before }: PageArguments): PageRequest {
  if (first != null && last != null) throw invalid('Only one of first and last may be given');
  const size = last ?? first ?? PAGE.default;
  if (size < 1 || size > PAGE.max)
    throw invalid(`${last == null ? 'first' : 'last'} must be from 1 to ${PAGE.max}`);
  return {
    size,
    fromEnd: last != null,
    after: after ? readCursor(after) : undefined,
    before: before ? readCursor(before) : undefined,
  };
}

function invalid(message: string): AppError {
  return new AppError(message, { code: 'BAD_REQUEST', reason: 'PAGE_SIZE' });
}

interface PageCost {
  readonly args: PageArguments;
  readonly childComplexity: number;
}

/** A page costs as much as all that it may hold. */
export function pageComplexity({ args, childComplexity }: PageCost): number {
  return 1 + (args.last ?? args.first ?? PAGE.default) * childComplexity;
}
