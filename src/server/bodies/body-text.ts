// The text of a body, by one rule for all ways in which a body reaches the server.
import { isUtf8 } from 'node:buffer';
import { AppError } from '../../core/errors.ts';

const BYTE_ORDER_MARKS = /^\ufeff+/;
const REPLACEMENT = '\ufffd';

/** Decodes a body and removes byte order marks. Throws `AppError` `BAD_REQUEST` where the bytes are not UTF-8. */
export function textOfBody(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // Bytes that are not UTF-8 are replaced. Most texts hold no such character, so most bytes are looked at once.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) {
    throw new AppError('The body is not encoded in UTF-8', { code: 'BAD_REQUEST' });
  }
  // All of them: a text that is decoded twice, on its way to Yoga, stays the same.
  return text.startsWith('\ufeff') ? text.replace(BYTE_ORDER_MARKS, '') : text;
}
