// Images of users and teams.
import { randomUUID } from 'node:crypto';
import { plainRefusal } from './access.ts';
import type { AccessType } from './access-type.ts';

/**
 * The URL of an image that a caller sets: base64 data is stored under a new URL; URLs are for servers alone. Throws a
 * refusal in plain text (M 505 720 721).
 */
export function storeImage<T extends string | null | undefined>(
  accessType: AccessType,
  given: T,
): T | string {
  const [, type] = (given && BASE64_IMAGE.exec(given)) || [];
  if (type) return `https://images.example.test/${randomUUID()}.${type}`;
  if (given && accessType === 'client') throw plainRefusal(400, 'Invalid profile image URL');
  return given;
}

const BASE64_IMAGE = /^data:image\/(png|jpeg|gif|webp);base64,[\w+/]+=*$/;
