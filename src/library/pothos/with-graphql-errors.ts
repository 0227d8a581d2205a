// Errors of our resolvers and rules, as the team's server may show them.
import { isPromise } from '@whatwg-node/promise-helpers';
import { toFieldError } from '../auth/graphql-errors.ts';
import { logInternal } from '../auth/log.ts';
import type { AuthContext } from '../auth/types.ts';
import { VerifiedPrincipal } from '../auth/verified-principal.ts';

/** Calls `work`. Its `AppError` becomes a GraphQLError with code and reason; all else is a bug and passes through. */
export function withGraphQLErrors<T>({ principal }: AuthContext, work: () => T): T {
  const fail = (error: unknown): never => {
    const origin = VerifiedPrincipal.originOf(principal);
    // Clients are told nothing of some errors, so the log must.
    if (origin) logInternal(origin.logger, error);
    throw toFieldError(error);
  };
  try {
    const result = work();
    return isPromise(result) ? (result.then(undefined, fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}
