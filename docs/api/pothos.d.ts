// `./pothos` of the package, written by `npm run api`.
import { ObjectRef, SchemaTypes } from '@pothos/core';

/**
 * What handlers and resolvers get of a request. Without a token `user` and `principal` are undefined.
 *
 * @example const answerMe = async ({ user, profile }: AuthContext) => ({ id: user?.id, ...(await profile()) });
 */
interface AuthContext {
  readonly user: User | undefined;
  readonly principal: Principal | undefined;
  /** The user's profile, asked for once in a request. Rejects with `MISSING_TOKEN` without a token. */
  profile(): Promise<Profile>;
}
/**
 * What `addIdentityTypes` adds.
 *
 * @example addIdentityTypes(builder, { mutations: false });
 */
interface IdentityTypesOptions {
  /** `false` leaves the mutations out, with their inputs and payloads. */
  readonly mutations?: boolean | undefined;
}
/**
 * The scopes of a request, as `scopeAuth.authScopes` returns them.
 *
 * @example const scopes: StackAuthScopeMap = stackAuthScopes(context);
 */
type StackAuthScopeMap = {
  [Name in keyof StackAuthScopes]: boolean | ((value: StackAuthScopes[Name]) => boolean | Promise<boolean>);
};
/**
 * The scopes that fields can name, for `AuthScopes` of the builder. Those that are boolean are named with `true`.
 *
 * @example new SchemaBuilder<{ Context: AuthContext; AuthScopes: StackAuthScopes & { staff: boolean } }>(options);
 */
interface StackAuthScopes {
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
  teamPermission: {
    teamId: string;
    id: string;
  };
}
/**
 * A team, as `Team` of `addIdentityTypes` resolves it.
 *
 * @example
 * builder.objectField(Team, 'initial', (t) => t.string({ resolve: ({ displayName }) => displayName.slice(0, 1) }));
 */
interface Team {
  readonly id: string;
  readonly displayName: string;
  readonly profileImageUrl?: string | undefined;
}
/**
 * What a verified token says of its user.
 *
 * @example if (user.isAnonymous) throw new AuthError('Sign up first', { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' });
 */
interface User {
  readonly id: string;
  readonly isAnonymous: boolean;
  /** True for every anonymous user as well. */
  readonly isRestricted: boolean;
  /** The provider's own term, such as `email_not_verified`. */
  readonly restrictedReason?: string | undefined;
  readonly emailVerified: boolean;
  readonly sessionId?: string | undefined;
  readonly selectedTeamId?: string | undefined;
  /** In seconds since the epoch. */
  readonly issuedAt?: number | undefined;
  readonly expiresAt: number;
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
declare function addIdentityTypes<
  Types extends SchemaTypes & {
    Context: AuthContext;
    AuthScopes: StackAuthScopes;
  },
>(
  builder: PothosSchemaTypes.SchemaBuilder<Types>,
  options?: IdentityTypesOptions,
): {
  User: ObjectRef<Types, User>;
  Team: ObjectRef<Types, Team>;
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
declare function stackAuthScopes(context: AuthContext): StackAuthScopeMap;
/**
 * The error of a refused field, with the server's code, reason and message, for `scopeAuth.unauthorizedError`. A refusal by a
 * scope of the team's is `FORBIDDEN` without a reason.
 *
 * @example unauthorizedError: (parent, context, info, result) =>
 *   isOurs(result) ? ownError(result) : stackAuthUnauthorized(parent, context, info, result)
 */
declare function stackAuthUnauthorized(
  _parent: unknown,
  context: AuthContext,
  info: unknown,
  result: {
    failure: unknown;
  },
): Error;
/**
 * An account at another provider that the user can sign in with.
 *
 * @example const hasGithub = profile.oauthProviders.some(({ id }) => id === 'github');
 */
interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | null;
}
/**
 * A verified token and its user, as `authenticate` makes it. No other object is accepted in its place.
 *
 * @example
 * const principal = await auth.authenticate(request);
 * const id = principal?.user.id;
 */
interface Principal {
  /** A secret, which is left out where the principal is printed or serialized. */
  readonly token: string;
  readonly user: User;
}
/**
 * The profile of a user.
 *
 * @example const { displayName, email } = await auth.profile(principal);
 */
interface Profile {
  readonly id: string;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly profileImageUrl: string | null;
  readonly signedUpAt: Date;
  readonly lastActiveAt: Date | null;
  readonly hasPassword: boolean;
  readonly isAnonymous: boolean;
  readonly oauthProviders: readonly OAuthProvider[];
}

export {
  type AuthContext,
  addIdentityTypes,
  IdentityTypesOptions,
  StackAuthScopeMap,
  StackAuthScopes,
  stackAuthScopes,
  stackAuthUnauthorized,
  Team,
  type User,
};
