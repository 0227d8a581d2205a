// Paths of the provider's API. A value becomes exactly one encoded segment or query value, so that no id can lead elsewhere.
import { AppError } from '../core/errors.ts';

declare const checked: unique symbol;

/** A path below `/api/v1` that was made by the tag `path`. */
export type ProviderPath = string & { readonly [checked]: true };

/**
 * Builds a path from a template, with its values encoded. Throws `AppError` `INTERNAL_SERVER_ERROR` for a value that is
 * empty, a dot segment, or contains a slash, a backslash, a control character or half of a surrogate pair: callers refuse
 * such ids before they ask the provider.
 *
 * @example path`/teams/${teamId}?user_id=me`
 */
export function path(literals: TemplateStringsArray, ...values: readonly string[]): ProviderPath {
  let built = literals[0] ?? '';
  for (const [index, value] of values.entries()) built += encode(value) + (literals[index + 1] ?? '');
  return built as ProviderPath;
}

/** Slashes, control characters, and halves of surrogate pairs, which have no encoding. */
const UNSAFE = /[/\\\p{Cc}\p{Cs}]/u;

function encode(value: string): string {
  const isDots = value === '' || value === '.' || value === '..';
  if (isDots || UNSAFE.test(value)) {
    throw new AppError('A value that cannot be part of a path was given to the provider client', {
      code: 'INTERNAL_SERVER_ERROR',
    });
  }
  return encodeURIComponent(value);
}
