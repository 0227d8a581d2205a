// `emailVerified`: the token says that the user's e-mail address is verified.
import type { Refusal, TokenRule } from './rule.ts';

const UNVERIFIED: Refusal = {
  reason: 'EMAIL_NOT_VERIFIED',
  message: 'This needs a verified e-mail address',
};

export const emailVerified: TokenRule = (user) => (user.emailVerified ? undefined : UNVERIFIED);
