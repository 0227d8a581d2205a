// The scopes that the access token decides: they cost no call.
import type { Claims } from '../../auth/claims.ts';
import { authenticated } from './authenticated.ts';
import { emailVerified } from './email-verified.ts';
import { member } from './member.ts';
import type { TokenRule } from './rule.ts';

/** The scopes that every app has, each named with `true`. */
export interface TokenScopes {
  /** Any verified token. */
  authenticated: boolean;
  /** A user with an account in good standing: neither anonymous nor restricted. */
  member: boolean;
  /** A user whose token says that the e-mail address is verified. */
  emailVerified: boolean;
}

/** Their rules, by name. */
export const tokenRules: Readonly<Record<keyof TokenScopes, TokenRule>> = {
  authenticated,
  member,
  emailVerified,
};

/** Decides them for a user. Without a user all of them are refused. */
export function decideTokenScopes(user: Claims | undefined): Readonly<TokenScopes> {
  return {
    authenticated: user !== undefined && authenticated(user) === undefined,
    member: user !== undefined && member(user) === undefined,
    emailVerified: user !== undefined && emailVerified(user) === undefined,
  };
}

/** Whether a name is one of these scopes. */
export function isTokenScope(name: string): name is keyof TokenScopes {
  return Object.hasOwn(tokenRules, name);
}
