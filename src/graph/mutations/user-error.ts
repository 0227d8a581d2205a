// Errors as data: what a user asked for and cannot have, in the `errors` of a mutation's payload.
import type { Failure, UserErrorCode } from '../../provider/outcomes.ts';

/** One problem. `field` is the path inside `input`, such as `['displayName']`. */
export interface UserError {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly field: readonly string[] | undefined;
}

/** What each code means. The provider's own words are not passed on: they contain ids, paths and request ids. */
export const USER_ERRORS: Readonly<Record<UserErrorCode, string>> = {
  INVALID_INPUT: 'The input is not valid',
  FEATURE_DISABLED: 'The project has switched this feature off',
  NOT_FOUND: 'There is nothing with this id',
  EMAIL_IN_USE: 'Another account uses this e-mail address',
  EMAIL_ALREADY_ADDED: 'This e-mail address has been added already',
  EMAIL_ALREADY_VERIFIED: 'This e-mail address is verified already',
  CODE_INVALID: 'The code is not valid',
  CODE_EXPIRED: 'The code has expired',
  CODE_ALREADY_USED: 'The code has been used already',
  INVITATION_NOT_FOUND: 'There is no such invitation to this user',
  INVITATION_NOT_FOR_RESTRICTED_USERS: 'Anonymous and restricted users cannot accept invitations',
  REDIRECT_URL_NOT_TRUSTED: 'The project does not trust the URL that the e-mail would lead to',
  CANNOT_REVOKE_CURRENT_SESSION: 'The current session cannot be revoked: sign out instead',
  NOT_A_TEAM_MEMBER: 'There is no such team, or the user is not a member of it',
};

/** A problem with the message of its code, or with a message that says more. */
export function userError(code: UserErrorCode, field?: string, message = USER_ERRORS[code]): UserError {
  return { code, message, field: field === undefined ? undefined : [field] };
}

/**
 * A rejection as data. The provider's name of a field, such as `display_name`, becomes the name of an input field
 * (`displayName`), if the input has it.
 */
export function toUserError(
  { code, field }: Extract<Failure, { readonly kind: 'rejected' }>,
  inputFields: readonly string[],
): UserError {
  // Moments are given in milliseconds: `expires_at_millis`.
  const name = field?.replace(/_millis$/, '').replace(/_([a-z])/g, (_match, letter) => letter.toUpperCase());
  return userError(code, name !== undefined && inputFields.includes(name) ? name : undefined);
}
