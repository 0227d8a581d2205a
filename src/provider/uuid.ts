// The provider's ids. Only a checked one becomes part of a path.
import { z } from 'zod';

declare const checked: unique symbol;

/** A UUID in lower case. */
export type Uuid = string & { readonly [checked]: true };

/** Reads an id that came from a caller. `undefined` for what is no UUID: nothing of the provider's has such an id. */
export function readUuid(value: string): Uuid | undefined {
  return UUID.test(value) ? (value.toLowerCase() as Uuid) : undefined;
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** An id in an answer of the provider. */
export const uuid = z.string().transform((value, context): Uuid => {
  const id = readUuid(value);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'Not a UUID' });
  return z.NEVER;
});
