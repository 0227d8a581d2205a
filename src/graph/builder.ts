// The Pothos builder: its plugins and type parameters. It defines no type; those stand in schema/.
import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin, { type AuthFailure } from '@pothos/plugin-scope-auth';
import type { Context, SignedInContext } from '../request/context.ts';
import { decideScopes, type FailedScope, refuse, type Scopes } from './scopes.ts';

/** The schema's type parameters: what resolvers receive, and what scalars are in code. */
export interface SchemaTypes {
  Context: Context;
  AuthScopes: Scopes;
  /** Behind any of the scopes the user is there, and the compiler knows it. */
  AuthContexts: { readonly [Name in keyof Scopes]: SignedInContext };
  /** Scopes named together must all hold: `{ member: true, emailVerified: true }` asks for both. */
  DefaultAuthStrategy: 'all';
  /** A field is non-null unless it says otherwise: those that can fail alone say so. */
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date } };
}

/** Makes a builder. The server's own is `builder`; a test may want a schema of its own. */
export function createBuilder() {
  return new SchemaBuilder<SchemaTypes>({
    plugins: [ScopeAuthPlugin],
    defaultFieldNullability: false,
    scopeAuth: {
      authScopes: decideScopes,
      defaultStrategy: 'all',
      authorizeOnSubscribe: true,
      unauthorizedError: (_parent, context, _info, { failure }) => refuse(context, failedScope(failure)),
    },
  });
}

/** The builder to which the files of schema/ add their types. */
export const builder = createBuilder();

function failedScope(failure: AuthFailure): FailedScope | undefined {
  if ('parameter' in failure) return failure;
  if (!('failures' in failure)) return undefined;
  for (const inner of failure.failures) {
    const scope = failedScope(inner);
    if (scope !== undefined) return scope;
  }
  return undefined;
}
