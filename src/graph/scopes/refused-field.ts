// A field that scope-auth refuses: which scope it was, and the audit of mutations.
import type { AuthFailure } from '@pothos/plugin-scope-auth';
import type { GraphQLResolveInfo } from 'graphql';
import type { AppError } from '../../core/errors.ts';
import { isMutationName } from '../../core/mutation-names.ts';
import type { RequestContext } from '../../request/context.ts';
import type { FailedScope } from './scope-map.ts';

/** The first scope that refused, among those that `isMeant` accepts. `undefined` where the field itself decided. */
export function failedScope(
  failure: AuthFailure,
  isMeant: (scope: string) => boolean = isAny,
): FailedScope | undefined {
  if ('parameter' in failure)
    return isMeant(failure.scope) ? { scope: failure.scope, value: failure.parameter } : undefined;
  if (!('failures' in failure)) return undefined;
  for (const inner of failure.failures) {
    const scope = failedScope(inner, isMeant);
    if (scope !== undefined) return scope;
  }
  return undefined;
}

/** The same error. A mutation of ours that a scope refuses never reaches its resolver, which audits all others. */
export function withAudit(error: AppError, context: RequestContext, info: GraphQLResolveInfo): AppError {
  const { fieldName, parentType, schema } = info;
  if (context.user && parentType === schema.getMutationType() && isMutationName(fieldName))
    context.changes.audit({ operation: fieldName, outcome: 'forbidden', code: error.reason });
  return error;
}

const isAny = () => true;
