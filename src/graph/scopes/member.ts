// `member`: a user with an account in good standing.
import type { Refusal, TokenRule } from './rule.ts';

const ANONYMOUS: Refusal = { reason: 'ANONYMOUS_USER', message: 'This needs an account: sign up first' };
const RESTRICTED: Refusal = { reason: 'RESTRICTED_USER', message: 'This account is restricted' };

export const member: TokenRule = ({ isAnonymous, isRestricted }) => {
  if (isAnonymous) return ANONYMOUS;
  return isRestricted ? RESTRICTED : undefined;
};
