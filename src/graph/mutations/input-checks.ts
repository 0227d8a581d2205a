// Checks of input that need no call to the provider.
import { AppError } from '../../core/errors.ts';
import type { UserErrorCode } from '../../provider/outcomes.ts';
import { readUuid, type Uuid } from '../../provider/uuid.ts';
import { type UserError, userError } from './user-error.ts';

/** The result of a check: a problem, or nothing. */
export type Problem = UserError | undefined;

/** Characters of a name, as the provider limits those of users. */
const MAX_NAME = 256;

/** Characters of an e-mail address (RFC 5321, section 4.5.3.1). */
const MAX_EMAIL = 320;

/** An id that is no UUID is answered as one that does not exist, without a call. Null and absence are no problem. */
export function checkId(id: string | null | undefined, code: UserErrorCode = 'NOT_FOUND'): Problem {
  return id == null || readUuid(id) ? undefined : userError(code);
}

/** An id that `checkId` has found to be a UUID. Throws where it was not asked. */
export function checkedId(id: string): Uuid {
  const read = readUuid(id);
  if (read) return read;
  throw new AppError('An id was not checked', { code: 'INTERNAL_SERVER_ERROR' });
}

/** The same for an id that may be absent or null. */
export function checkedIdOr<T extends null | undefined>(id: string | T): Uuid | T {
  return id == null ? (id as T) : checkedId(id);
}

/** The provider does not take null for these fields. Absence is no problem. */
export function checkNotNull<T extends object>(input: T, ...fields: readonly (keyof T & string)[]): Problem {
  const field = fields.find((name) => input[name] === null);
  return field === undefined ? undefined : userError('INVALID_INPUT', field, 'This cannot be null');
}

/** A name is neither empty nor over-long. Null is for `checkNotNull`. */
export function checkName<Field extends string>(
  input: { readonly [Name in Field]?: string | null | undefined },
  field: Field,
): Problem {
  const name = input[field];
  if (name == null) return undefined;
  if (name.trim() === '') return userError('INVALID_INPUT', field, 'A name cannot be empty');
  return name.length > MAX_NAME
    ? userError('INVALID_INPUT', field, `A name has ${MAX_NAME} characters at most`)
    : undefined;
}

/**
 * Texts that no database of the provider's can hold: with U+0000 or half of a surrogate pair. It answers them with 500, as it
 * does in an outage. `input` may hold metadata of any depth.
 */
export function checkTexts(input: object): Problem {
  const found = Object.entries(input).find(([, value]) => hasUnstorableText(value));
  return found && userError('INVALID_INPUT', found[0], 'It has a character that cannot be stored');
}

function hasUnstorableText(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, each]) => UNSTORABLE.test(name) || hasUnstorableText(each));
}

const UNSTORABLE = /[\0\p{Cs}]/u;

/** Users set images as data, not as URLs: the provider refuses those of clients. Null is no problem here. */
export function checkImage(input: { readonly profileImageUrl?: string | null | undefined }): Problem {
  const { profileImageUrl: image } = input;
  if (image == null || /^data:image\/[\w.+-]+;base64,/.test(image)) return undefined;
  const message = 'An image is set as a data URL in base64';
  return userError('INVALID_INPUT', 'profileImageUrl', message);
}

/**
 * Where the link of an e-mail leads: a page. The provider compares the host alone, and trusts any `javascript://localhost` where
 * it trusts localhost. What is no URL is for the provider to refuse.
 */
export function checkCallbackUrl({ callbackUrl }: { readonly callbackUrl: string }): Problem {
  const isPage = !URL.canParse(callbackUrl) || /^https?:$/.test(new URL(callbackUrl).protocol);
  return isPage ? undefined : userError('REDIRECT_URL_NOT_TRUSTED');
}

/** Only what can be no address at all: the provider decides on the rest. */
export function checkEmail<Field extends string>(
  input: { readonly [Name in Field]?: string | null | undefined },
  field: Field,
): Problem {
  const email = input[field];
  if (email == null || (email.length <= MAX_EMAIL && /^[^\s@]+@[^\s@]+$/.test(email))) return undefined;
  return userError('INVALID_INPUT', field, 'This is no e-mail address');
}
