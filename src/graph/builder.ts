// The factory of Pothos builders: plugins and type parameters. It defines no type; those stand in identity/ and app/.
import SchemaBuilder, { type ObjectRef } from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { AppTypes, Part } from '../request/app-types.ts';
import type { RequestContext, SignedInContext } from '../request/context.ts';
import { LOCATE_ERRORS } from './locate-errors.ts';
import { OMIT_EMPTY_TYPES } from './omit-empty-types.ts';
import type { ProviderScopes } from './scopes/provider-scopes.ts';
import { failedScope, withAudit } from './scopes/refused-field.ts';
import type { Rules } from './scopes/rule.ts';
import { scopeKey } from './scopes/scope-key.ts';
import { createScopes } from './scopes/scope-map.ts';
import type { TokenScopes } from './scopes/token-scopes.ts';

/** The scopes that a field can name in `authScopes`: ours and the app's. */
export type AuthScopes<T extends AppTypes = AppTypes> = TokenScopes & ProviderScopes & Part<T, 'Scopes'>;

/** The schema's type parameters: what resolvers receive, and what scalars are in code. */
export interface SchemaTypes<T extends AppTypes = AppTypes> {
  Context: RequestContext<T>;
  AuthScopes: AuthScopes<T>;
  /** Behind any of the scopes `user` is defined, and the compiler knows it. */
  AuthContexts: { readonly [Name in keyof AuthScopes<T>]: SignedInContext<T> };
  /** Scopes named together must all hold: `{ member: true, emailVerified: true }` asks for both. */
  DefaultAuthStrategy: 'all';
  /** A field is non-null unless it says otherwise: those that can fail alone say so. */
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date }; JSONObject: { Input: object; Output: object } };
}

/** The type parameter of Pothos' own types. */
export type GraphTypes<T extends AppTypes = AppTypes> = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes<T>>;

/**
 * A builder of an app's types.
 *
 * @example
 * export function addGreeting(builder: Builder<Types>): void {
 *   builder.queryField('greeting', (t) => t.string({ resolve: () => 'Hello' }));
 * }
 */
export type Builder<T extends AppTypes = AppTypes> = PothosSchemaTypes.SchemaBuilder<GraphTypes<T>>;

/**
 * A type of the graph whose values in code are of the type `Shape`.
 *
 * @example const Note: Ref<NoteShape, Types> = builder.objectRef<NoteShape>('Note');
 */
export type Ref<Shape, T extends AppTypes = AppTypes> = ObjectRef<GraphTypes<T>, Shape>;

/**
 * Creates a builder whose fields can name our scopes and those of `rules`, with plugins besides ours. Throws where a name is
 * taken.
 */
export function createBuilder<T extends AppTypes = AppTypes>(
  rules?: Rules<T>,
  plugins: readonly (keyof PothosSchemaTypes.Plugins<GraphTypes>)[] = [],
): Builder<T> {
  const scopes = createScopes({ ...rules });
  const builder = new SchemaBuilder<SchemaTypes>({
    plugins: [LOCATE_ERRORS, ScopeAuthPlugin, OMIT_EMPTY_TYPES, ...plugins],
    defaultFieldNullability: false,
    scopeAuth: {
      authScopes: scopes.decide,
      cacheKey: scopeKey,
      defaultStrategy: 'all',
      authorizeOnSubscribe: true,
      unauthorizedError: (_parent, context, info, { failure }) =>
        withAudit(scopes.refuse(context, failedScope(failure)), context, info),
    },
  });
  // The rules are checked by their own types; the compiler cannot follow Pothos' types for an app that is not known yet.
  return builder as unknown as Builder<T>;
}
