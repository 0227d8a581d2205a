// The auth scopes: what each asks of the user, and what a refusal says.
import type { Claims } from '../auth/claims.ts';
import { AppError, type ErrorReason, missingToken } from '../core/errors.ts';
import type { Context } from '../request/context.ts';

/** The scopes that a field can name in `authScopes`, and what it names with each: `true`, or a value of yours. */
export interface Scopes {
  /** Any verified token. */
  authenticated: boolean;
  /** A user with an account in good standing: neither anonymous nor restricted. */
  member: boolean;
  /** A user whose token says that the e-mail address is verified. */
  emailVerified: boolean;
}

/** Why a scope refuses a signed-in user, or `undefined` where it lets them pass. `asked` is what the field names. */
const rules: {
  readonly [Name in keyof Scopes]: (user: Claims, asked: Scopes[Name]) => ErrorReason | undefined;
} = {
  authenticated: () => undefined,
  member: ({ isAnonymous, isRestricted }) => {
    if (isAnonymous) return 'ANONYMOUS_USER';
    return isRestricted ? 'RESTRICTED_USER' : undefined;
  },
  emailVerified: ({ emailVerified }) => (emailVerified ? undefined : 'EMAIL_NOT_VERIFIED'),
};

const messages: Readonly<Partial<Record<ErrorReason, string>>> = {
  ANONYMOUS_USER: 'This needs an account: sign up first',
  RESTRICTED_USER: 'This account is restricted',
  EMAIL_NOT_VERIFIED: 'This needs a verified e-mail address',
};

/** Decides every scope for a request. Nobody passes any scope without being signed in. */
export function decideScopes({ user }: Pick<Context, 'user'>) {
  const allows = <Name extends keyof Scopes>(name: Name, asked: Scopes[Name]) =>
    user !== undefined && rules[name](user, asked) === undefined;
  return {
    authenticated: allows('authenticated', true),
    member: allows('member', true),
    emailVerified: allows('emailVerified', true),
  };
}

/** A scope that did not let somebody pass, and what the field asked of it. */
export interface FailedScope {
  readonly scope: string;
  readonly parameter: unknown;
}

/** What a refused field answers: who must sign in is told so, who is signed in is told what is lacking. */
export function refuse({ user }: Context, failed: FailedScope | undefined): AppError {
  if (!user) return missingToken();
  const reason = failed && reasonOf(user, failed);
  return new AppError((reason && messages[reason]) ?? 'Not allowed', { code: 'FORBIDDEN', reason });
}

function reasonOf(user: Claims, { scope, parameter }: FailedScope): ErrorReason | undefined {
  // The field's own words were checked by the compiler, and Pothos hands them back untyped.
  return isScope(scope) ? rules[scope](user, parameter as never) : undefined;
}

function isScope(name: string): name is keyof Scopes {
  return Object.hasOwn(rules, name);
}
