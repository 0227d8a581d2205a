// `stack-auth-graphql/pothos`: our scopes and types on a builder of the team's own.
import type { ObjectRef, SchemaTypes } from '@pothos/core';
import type { Builder } from '../graph/builder.ts';
import { addIdentity } from '../identity/identity.ts';
import type { AuthContext, User } from './auth/types.ts';
import { facadeOf } from './pothos/facade.ts';
import { checkBuilder } from './pothos/requirements.ts';
import { ensureRootTypes } from './pothos/root-types.ts';
import { refusalOf, scopesOf } from './pothos/scopes.ts';

export type { AuthContext, User } from './auth/types.ts';

/**
 * The scopes that fields can name, for `AuthScopes` of the builder. Those that are boolean are named with `true`.
 *
 * @example new SchemaBuilder<{ Context: AuthContext; AuthScopes: StackAuthScopes & { staff: boolean } }>(options);
 */
export interface StackAuthScopes {
  /** Any verified token. */
  authenticated: boolean;
  /** A user with an account in good standing: neither anonymous nor restricted. */
  member: boolean;
  /** A user whose token says that the e-mail address is verified. */
  emailVerified: boolean;
  /** The session of the token has not ended. The provider is asked in every request. */
  liveSession: boolean;
  /** A permission in the project, by its id. */
  projectPermission: string;
  /** A member of the team with this id. */
  teamMember: string;
  /** A permission in a team. */
  teamPermission: { teamId: string; id: string };
}

/**
 * A team, as `Team` of `addIdentityTypes` resolves it.
 *
 * @example
 * builder.objectField(Team, 'initial', (t) => t.string({ resolve: ({ displayName }) => displayName.slice(0, 1) }));
 */
export interface Team {
  readonly id: string;
  readonly displayName: string;
  readonly profileImageUrl?: string | undefined;
}

/**
 * What `addIdentityTypes` adds.
 *
 * @example addIdentityTypes(builder, { mutations: false });
 */
export interface IdentityTypesOptions {
  /** `false` leaves the mutations out, with their inputs and payloads. */
  readonly mutations?: boolean | undefined;
}

/**
 * The scopes of a request, as `scopeAuth.authScopes` returns them.
 *
 * @example const scopes: StackAuthScopeMap = stackAuthScopes(context);
 */
export type StackAuthScopeMap = {
  [Name in keyof StackAuthScopes]: boolean | ((value: StackAuthScopes[Name]) => boolean | Promise<boolean>);
};

/**
 * The rules of our scopes, to be spread beside those of the team. `context` is one that `./yoga` or `./apollo` made, or a copy of
 * it. A rule rejects with a GraphQLError where the provider cannot be asked.
 *
 * @example
 * scopeAuth: {
 *   authScopes: (context) => ({ ...stackAuthScopes(context), staff: context.isStaff }),
 *   unauthorizedError: stackAuthUnauthorized,
 * }
 */
export function stackAuthScopes(context: AuthContext): StackAuthScopeMap {
  return scopesOf(context);
}

/**
 * The error of a refused field, with the server's code, reason and message, for `scopeAuth.unauthorizedError`. A refusal by a
 * scope of the team's is `FORBIDDEN` without a reason.
 *
 * @example unauthorizedError: (parent, context, info, result) =>
 *   isOurs(result) ? ownError(result) : stackAuthUnauthorized(parent, context, info, result)
 */
export function stackAuthUnauthorized(
  _parent: unknown,
  context: AuthContext,
  info: unknown,
  result: { failure: unknown },
): Error {
  return refusalOf(context, info, result.failure);
}

/**
 * Adds `me`, `session`, `team`, their types and the mutations to a builder. `Query` and `Mutation` are the team's where it defines
 * them. The refs that are returned take `builder.objectField`.
 *
 * Throws `AuthError` `INVALID_CONFIGURATION` where the builder has no scalar `DateTime` or `JSONObject`, or lacks the plugin, and for an option that is none.
 *
 * @example
 * const { User, Team } = addIdentityTypes(builder);
 * builder.objectField(User, 'notes', (t) => t.field({ type: [Note], resolve: ({ id }) => notesOf(id) }));
 */
export function addIdentityTypes<
  Types extends SchemaTypes & { Context: AuthContext; AuthScopes: StackAuthScopes },
>(
  builder: PothosSchemaTypes.SchemaBuilder<Types>,
  options?: IdentityTypesOptions,
): { User: ObjectRef<Types, User>; Team: ObjectRef<Types, Team> } {
  // The nouns know neither the team's context nor its types; at run time there is one builder.
  const team = builder as unknown as Builder;
  checkBuilder(team, options);
  ensureRootTypes(team, options);
  const { User, Team } = addIdentity(facadeOf(team), { ...options, subscription: false });
  return { User, Team } as unknown as { User: ObjectRef<Types, User>; Team: ObjectRef<Types, Team> };
}
