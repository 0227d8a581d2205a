import { randomBytes } from 'node:crypto';

/** An id that no other process has, of 22 characters. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}
