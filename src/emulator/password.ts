// Rules for passwords.
import { KnownError } from './known-errors.ts';

const MIN_LENGTH = 8;

/** Throws `PASSWORD_TOO_SHORT`. */
export function requireLongEnough(password: string): void {
  if (password.length >= MIN_LENGTH) return;
  throw new KnownError('PASSWORD_TOO_SHORT', 'Password too short.', { min_length: MIN_LENGTH });
}
