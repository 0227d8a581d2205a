// Reads headers out of whatever carries them.
import type { HeaderReader } from '../../auth/carriers.ts';
import { AppError } from '../../core/errors.ts';

/**
 * A reader of the headers of a Request, of Headers or of a record. It looks at their shape, since those of other libraries
 * and realms are no instances of the global classes. Throws `AppError` for what has no headers.
 */
export function headerReaderOf(from: unknown): HeaderReader {
  // A list of names and values would be read as headers without a token, so that its user would be a guest.
  if (!isObject(from) || Array.isArray(from)) throw noHeaders();
  const { get, headers } = from;
  if (typeof get === 'function') return (name) => textOf(get.call(from, name));
  // A header of this name would be a string.
  if (isObject(headers)) return headerReaderOf(headers);
  return (name) => readRecord(from, name);
}

/** Names of any case, as some gateways write them. Several values are joined, as `Headers` does. */
function readRecord(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  let found: string | undefined;
  for (const key of Object.keys(record)) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = textOf(record[key]);
    if (value !== undefined) found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function noHeaders(): AppError {
  return new AppError('A token can be read from a Request, from Headers, or from a record of headers', {
    code: 'INTERNAL_SERVER_ERROR',
  });
}
