// The size of a page: bounded, and counted in the complexity of the operation before anything is read.
import { AppError } from '#server';

export const MAX_PAGE = 50;
export const DEFAULT_PAGE = 20;

/** The `first` of a page. Throws `AppError` `BAD_REQUEST` where it is out of bounds. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE;
  if (size >= 1 && size <= MAX_PAGE) return size;
  throw new AppError(`first must be from 1 to ${MAX_PAGE}`, { code: 'BAD_REQUEST', reason: 'PAGE_SIZE' });
}

interface PageCost {
  readonly args: { readonly first?: number | null };
  readonly childComplexity: number;
}

/** A page costs as much as all that it may hold. */
export function pageComplexity({ args, childComplexity }: PageCost): number {
  return 1 + (args.first ?? DEFAULT_PAGE) * childComplexity;
}
