// The size of a page: bounded, and counted in the complexity of the operation before anything is read.
import { AppError } from '#server';

/** A page, by default and at most. Authors cost a call to the provider each: fewer than `MAX_PROVIDER_CALLS` (50). */
export const PAGE = { default: 20, max: 40 } as const;

/** The `first` of a page. Throws `AppError` `BAD_REQUEST` where it is out of bounds. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? PAGE.default;
  if (size >= 1 && size <= PAGE.max) return size;
  throw new AppError(`first must be from 1 to ${PAGE.max}`, { code: 'BAD_REQUEST', reason: 'PAGE_SIZE' });
}

interface PageCost {
  readonly args: { readonly first?: number | null };
  readonly childComplexity: number;
}

/** A page costs as much as all that it may hold. */
export function pageComplexity({ args, childComplexity }: PageCost): number {
  return 1 + (args.first ?? PAGE.default) * childComplexity;
}
