// Bounds for what the provider says of a user: a million characters in one field would be answered, and remembered, again and again.
import { z } from 'zod';
import { compileLater } from '../core/compile-later.ts';
import { isDeeper } from '../core/is-deeper.ts';

/** Characters of a text, such as a name. A longer one is shortened. */
const MAX_TEXT = 1_000;

/** Characters of something that identifies, such as an e-mail address. Shortened it would identify something else, so a longer one is left out. */
export const MAX_IDENTIFIER = 1_000;

/** Characters of a URL. A longer one is left out. The provider accepts images of 100 KB as data URLs, which are a third longer. */
const MAX_URL = 140_000;

/** Items of a list by default. Further ones are left out. */
const MAX_ITEMS = 100;

/** Bytes of metadata as JSON, and its levels. Larger metadata is not kept. */
const MAX_METADATA = 65_536;
const MAX_METADATA_DEPTH = 100;

/** A text or null. */
export const text = z
  .string()
  .nullish()
  .transform((value) => (value == null ? undefined : shorten(value)));

/** An e-mail address or null. */
export const address = z.string().nullish().transform(upTo(MAX_IDENTIFIER));

/** A URL or null. */
export const url = z.string().nullish().transform(upTo(MAX_URL));

/** The end of the year 9999, the last that RFC 3339 can express. */
const LAST_MOMENT = 253_402_300_799_999;

/** A time in milliseconds since the epoch. */
export const time = z
  .number()
  .int()
  .min(0)
  .max(LAST_MOMENT)
  .transform((value) => new Date(value));

/** The beginning of the year 0, the first that RFC 3339 can express. */
const FIRST_MOMENT = -62_167_219_200_000;

/**
 * A moment that users choose, in milliseconds since the epoch, or null. One that RFC 3339 cannot express becomes the nearest that it can:
 * with it a user could make the whole list unreadable, for others too.
 */
export const chosenTime = z
  .number()
  .nullish()
  .transform((value) =>
    value == null ? undefined : new Date(Math.min(Math.max(Math.trunc(value), FIRST_MOMENT), LAST_MOMENT)),
  );

/** A time or null. */
export const optionalTime = time.nullish().transform((value) => value ?? undefined);

/** A list. Items beyond the bound are not even read. */
export function list<T extends z.ZodType>(item: T, max = MAX_ITEMS) {
  return z
    .array(z.unknown())
    .transform((items) => items.slice(0, max))
    .pipe(z.array(item));
}

/** An answer that lists items. The provider has no pages. Compiled, since lists may be long. */
export function listed<T extends z.ZodType>(item: T, max?: number) {
  return compileLater(z.object({ items: list(item, max) }).transform(({ items }) => items));
}

/**
 * A JSON object that a project stores with a user or a team. It is kept as text: small, its size is known, and no request can
 * change what another is shown. Without `json` it is larger than what is kept.
 */
export interface Metadata {
  readonly json: string | undefined;
}

const TOO_LARGE: Metadata = { json: undefined };

/** Metadata or null. Anything but an object cannot be shown and counts as null. */
export const metadata = z
  .unknown()
  .optional()
  .transform((value): Metadata | undefined => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (isDeeper(value, MAX_METADATA_DEPTH)) return TOO_LARGE;
    const json = JSON.stringify(value);
    return Buffer.byteLength(json) > MAX_METADATA ? TOO_LARGE : { json };
  });

function upTo(max: number): (value: string | null | undefined) => string | undefined {
  return (value) => (value == null || value.length > max ? undefined : value);
}

/** Half of a surrogate pair at the end is cut off as well. The copy is needed: a slice would keep the whole text in memory. */
function shorten(value: string): string {
  if (value.length <= MAX_TEXT) return value;
  const kept = value.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
  return Buffer.from(kept, 'utf8').toString('utf8');
}
