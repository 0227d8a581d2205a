// Our scopes in a map of the team's.
import type { AuthFailure } from '@pothos/plugin-scope-auth';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { AppError } from '../../core/errors.ts';
import { isProviderScope } from '../../graph/scopes/provider-scopes.ts';
import { failedScope, withAudit } from '../../graph/scopes/refused-field.ts';
import { createScopes, type DecidedScopes } from '../../graph/scopes/scope-map.ts';
import { isTokenScope } from '../../graph/scopes/token-scopes.ts';
import { toFieldError } from '../auth/graphql-errors.ts';
import type { AuthContext } from '../auth/types.ts';
import { requestContextOf } from './request-context.ts';
import { withGraphQLErrors } from './with-graphql-errors.ts';

const { decide, refuse } = createScopes({});

/** The scopes of a request as own properties, since they are spread. */
export function scopesOf(context: AuthContext): {
  readonly [Name in keyof DecidedScopes]: DecidedScopes[Name];
} {
  const scopes = decide(requestContextOf(context));
  const { authenticated, member, emailVerified } = scopes;
  return {
    authenticated,
    member,
    emailVerified,
    projectPermission: (id) => withGraphQLErrors(context, () => scopes.projectPermission(id)),
    teamMember: (id) => withGraphQLErrors(context, () => scopes.teamMember(id)),
    teamPermission: (asked) => withGraphQLErrors(context, () => scopes.teamPermission(asked)),
    liveSession: (asked) => withGraphQLErrors(context, () => scopes.liveSession(asked)),
  };
}

/** The error of a refused field. `info` is absent where the team asks scopes outside of a field, by `runAuthScopes`. */
export function refusalOf(context: AuthContext, info: unknown, failure: unknown): Error {
  const failed = isObject(failure) ? (failure as AuthFailure) : UNKNOWN;
  const error = errorIn(failed);
  if (error) return error;
  const request = requestContextOf(context);
  // The refusal of a scope of ours says more than that of one of the team's.
  const refusal = refuse(request, failedScope(failed, isOurs) ?? failedScope(failed));
  return toFieldError(isObject(info) ? withAudit(refusal, request, info as GraphQLResolveInfo) : refusal);
}

/**
 * The error of a lookup that failed, where the builder takes errors of scopes for refusals (`treatErrorsAsUnauthorized`):
 * it is not known then whether the field may be seen.
 */
function errorIn(failure: AuthFailure): Error | undefined {
  if ('error' in failure && failure.error) return shown(failure.error);
  if (!('failures' in failure)) return undefined;
  for (const inner of failure.failures) {
    const error = errorIn(inner);
    if (error) return error;
  }
  return undefined;
}

/** Other errors are bugs of the team's own scopes, which its builder takes for refusals. */
function shown(error: Error): Error | undefined {
  if (error instanceof AppError) return toFieldError(error);
  return error instanceof GraphQLError ? error : undefined;
}

function isOurs(scope: string): boolean {
  return isTokenScope(scope) || isProviderScope(scope);
}

const UNKNOWN = { kind: 'Unknown' } as AuthFailure;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
