// What the provider tells of the caller alone: an answer about another user is not read.
import type { Question } from './outcomes.ts';

/** The same items. Throws where one of them is not the caller's. */
export function ownedBy<T>(
  { caller }: Question,
  items: readonly T[],
  ownerOf: (item: T) => string,
): readonly T[] {
  if (items.every((item) => ownerOf(item) === caller?.id)) return items;
  throw new Error('The answer is about another user');
}
