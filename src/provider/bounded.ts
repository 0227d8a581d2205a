// Bounds for what the provider says of a user: a million characters in one field would be answered, and remembered, again and again.
import { z } from 'zod';

/** Characters of a text, such as a name. A longer one is shortened. */
const MAX_TEXT = 1_000;

/** Characters of something that identifies, such as an e-mail address. Shortened it would identify something else, so a longer one is left out. */
export const MAX_IDENTIFIER = 1_000;

/** Characters of a URL. A longer one is left out. The provider accepts images of 100 KB as data URLs, which are a third longer. */
const MAX_URL = 140_000;

/** Items of a list. Further ones are left out. */
export const MAX_ITEMS = 100;

const absent = (value: string | null | undefined) => value ?? undefined;

/** A text or null. */
export const text = z
  .string()
  .nullish()
  .transform((value) => (value == null ? undefined : shorten(value)));

/** An e-mail address or null. */
export const address = z.string().nullish().transform(absent).transform(upTo(MAX_IDENTIFIER));

/** A URL or null. */
export const url = z.string().nullish().transform(absent).transform(upTo(MAX_URL));

/** A list. Items beyond the bound are not even read. */
export function list<T extends z.ZodType>(item: T) {
  return z
    .array(z.unknown())
    .transform((items) => items.slice(0, MAX_ITEMS))
    .pipe(z.array(item));
}

function upTo(max: number): (value: string | undefined) => string | undefined {
  return (value) => (value !== undefined && value.length > max ? undefined : value);
}

/** Half of a surrogate pair at the end is cut off as well. The copy is needed: a slice would keep the whole text in memory. */
function shorten(value: string): string {
  if (value.length <= MAX_TEXT) return value;
  const kept = value.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
  return Buffer.from(kept, 'utf8').toString('utf8');
}
