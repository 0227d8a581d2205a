// A rule decides one scope. Its refusal (code, reason, message) is defined beside it.
import type { MaybePromise } from '@pothos/core';
import type { Claims } from '../../auth/claims.ts';
import type { ErrorCode, Reason } from '../../core/errors.ts';
import type { AppTypes, Part } from '../../request/app-types.ts';
import type { SignedInContext } from '../../request/context.ts';

/**
 * What a refused field answers. `code` is `FORBIDDEN` by default; `reason` is for programs, `message` for people.
 *
 * @example const refusal: Refusal = { code: 'FORBIDDEN', reason: 'NOT_OWNER', message: 'The note is not yours' };
 */
export interface Refusal {
  readonly code?: ErrorCode;
  readonly reason?: Reason;
  readonly message: string;
}

/**
 * A scope with a value, such as `noteOwner: note.ownerId`. A field that names it is refused unless `check` returns true.
 *
 * `check` runs once for each request and value, and only for a signed-in user. It may return a promise. False refuses
 * with the rule's own code, reason and message; a `Refusal` refuses with that one. Throw an `AppError` where the question
 * cannot be answered, such as `UPSTREAM_UNAVAILABLE`: the client gets that error, never `FORBIDDEN`.
 *
 * @example
 * const noteOwner: Rule<string, Types> = {
 *   check: async (noteId, { user, loaders }) => (await loaders.note.load(noteId))?.ownerId === user.id,
 *   reason: 'NOT_OWNER',
 *   message: 'The note is not yours',
 * };
 */
export interface Rule<Value = true, T extends AppTypes = AppTypes> extends Refusal {
  check(value: Value, context: SignedInContext<T>): MaybePromise<boolean | Refusal>;
}

/** A rule for each scope of an app. */
export type Rules<T extends AppTypes = AppTypes> = {
  readonly [Name in keyof Part<T, 'Scopes'>]: Rule<Part<T, 'Scopes'>[Name], T>;
};

/** A scope that the access token decides by itself. Returns the refusal, or `undefined` where the user passes. */
export type TokenRule = (user: Claims) => Refusal | undefined;
