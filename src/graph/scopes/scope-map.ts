// The map of scopes that scope-auth evaluates: token scopes are booleans, which it looks at first, and those of the provider and
// of the app are functions. So a caller whom the token refuses never costs a lookup, in whatever order a field names its scopes.
import { isThenable, type MaybePromise } from '@pothos/core';
import { RequestCache } from '@pothos/plugin-scope-auth';
import { AppError, missingToken } from '../../core/errors.ts';
import type { RequestContext, SignedInContext } from '../../request/context.ts';
import { isProviderScope, type ProviderScopes, providerRules } from './provider-scopes.ts';
import type { Refusal, Rule } from './rule.ts';
import { scopeKey } from './scope-key.ts';
import { decideTokenScopes, isTokenScope, type TokenScopes, tokenRules } from './token-scopes.ts';

/** Rules by the names of their scopes, as far as this file needs to know them. */
export type AnyRules = Readonly<Record<string, Rule<never>>>;

/** A scope that refused, and the value that the field gave. */
export interface FailedScope {
  readonly scope: string;
  readonly value: unknown;
}

/** The scopes of one request, as scope-auth takes them. */
export type DecidedScopes = TokenScopes & {
  readonly [Name in keyof ProviderScopes]: (value: ProviderScopes[Name]) => MaybePromise<boolean>;
};

/** Decides scopes, and says why one was refused. */
export interface Scopes {
  decide(context: RequestContext): DecidedScopes;
  /** The error of a refused field, where a scope is known that refused. */
  refuse(context: RequestContext, failed: FailedScope | undefined): AppError;
}

const CONTEXT = Symbol('context');
const REFUSALS = Symbol('refusals');

/** The refusals that rules returned in this request, by scope and key of the value. Created for the first of them. */
interface RefusalRecord {
  [REFUSALS]?: Map<string, Map<unknown, Refusal>> | undefined;
}

/** Creates the scopes of an app. Throws `AppError` `INVALID_CONFIGURATION` where a name is taken. */
export function createScopes(ofApp: AnyRules): Scopes {
  for (const name of Object.keys(ofApp)) requireFree(name);
  const rules: AnyRules = { ...providerRules, ...ofApp };
  class RequestScopes implements DecidedScopes {
    readonly authenticated: boolean;
    readonly member: boolean;
    readonly emailVerified: boolean;
    // On the prototype, as those of the app.
    declare readonly projectPermission: DecidedScopes['projectPermission'];
    declare readonly teamMember: DecidedScopes['teamMember'];
    declare readonly teamPermission: DecidedScopes['teamPermission'];
    declare readonly liveSession: DecidedScopes['liveSession'];
    readonly [CONTEXT]: RequestContext;

    constructor(context: RequestContext) {
      const { authenticated, member, emailVerified } = decideTokenScopes(context.user);
      this.authenticated = authenticated;
      this.member = member;
      this.emailVerified = emailVerified;
      this[CONTEXT] = context;
    }
  }
  // On the prototype: however many rules there are, a request that needs none pays nothing for them.
  for (const [scope, rule] of Object.entries(rules)) {
    Object.defineProperty(RequestScopes.prototype, scope, { value: createMethod(scope, rule) });
  }
  return {
    decide: (context) => new RequestScopes(context),
    refuse(context, failed) {
      if (!context.user) return missingToken();
      const refusal = failed && refusalOf(failed, context as SignedInContext, rules);
      const { code = 'FORBIDDEN', reason, message } = refusal ?? { message: 'Not allowed' };
      return new AppError(message, { code, reason });
    },
  };
}

/**
 * Forgets what scopes decided in this request. For a mutation that changed what a rule looks at.
 *
 * @example
 * await sources.notes.share(id, userId);
 * forgetScopes(context);
 */
export function forgetScopes(context: RequestContext): void {
  RequestCache.clearForContext(context);
  const record: RefusalRecord = context as RequestContext & RefusalRecord;
  record[REFUSALS] = undefined;
}

function requireFree(name: string): void {
  if (!isTokenScope(name) && !isProviderScope(name) && !name.startsWith('$')) return;
  throw new AppError(`A scope of the app cannot be named ${name}`, { code: 'INVALID_CONFIGURATION' });
}

function createMethod(scope: string, rule: Rule<never>) {
  return function (this: { readonly [CONTEXT]: RequestContext }, value: never): MaybePromise<boolean> {
    const context = this[CONTEXT];
    if (!context.user) return false;
    const settle = (answer: boolean | Refusal) => {
      if (typeof answer !== 'object') return answer;
      record(context, { scope, value }, answer);
      return false;
    };
    try {
      const answer = rule.check(value, context as SignedInContext);
      return isThenable(answer) ? answer.then(settle) : settle(answer);
    } catch (error) {
      // Thrown here, it would leave the promise of another scope of the same field without a handler.
      return Promise.reject(error);
    }
  };
}

function record(
  context: RequestContext & RefusalRecord,
  { scope, value }: FailedScope,
  refusal: Refusal,
): void {
  context[REFUSALS] ??= new Map();
  const ofScope = context[REFUSALS].get(scope) ?? new Map<unknown, Refusal>();
  context[REFUSALS].set(scope, ofScope.set(scopeKey(value), refusal));
}

function refusalOf(
  { scope, value }: FailedScope,
  context: SignedInContext & RefusalRecord,
  rules: AnyRules,
): Refusal | undefined {
  if (isTokenScope(scope)) return tokenRules[scope](context.user);
  return context[REFUSALS]?.get(scope)?.get(scopeKey(value)) ?? rules[scope];
}
