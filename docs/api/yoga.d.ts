// `./yoga` of the package, written by `npm run api`.
import { Plugin } from 'graphql-yoga';

/**
 * Authentication for one project.
 *
 * @example
 * const auth: Auth = createAuth({ projectId, secretServerKey });
 * const principal = await auth.authenticate(request);
 */
interface Auth {
  /**
   * Verifies the token of a request; `undefined` where it has none.
   *
   * Rejects with `AuthError` for a bad token, for too many requests of its user, and while no keys can be had. `address` says
   * whose failed verifications are counted; without it none are, since one client could lock out all others.
   *
   * @example const principal = await auth.authenticate(request);
   */
  authenticate(
    from: HeaderSource,
    options?: {
      readonly address?: string | undefined;
    },
  ): Promise<Principal | undefined>;
  /**
   * The user's profile: shared, cached and kept through outages as in the server.
   *
   * Rejects with `AuthError`, or with the reason of `signal` where that aborts first.
   *
   * @example const { displayName } = await auth.profile(principal);
   */
  profile(
    principal: Principal,
    options?: {
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Profile>;
  /** `ready`: there are keys to verify tokens with. `degraded`: what does not work, by the names that `/ready` uses. */
  health(): {
    readonly ready: boolean;
    readonly degraded: readonly string[];
  };
  /** Ends background work and closes connections, after the running calls. */
  close(): Promise<void>;
}
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
 * Options of every adapter.
 *
 * @example
 * withAuth(auth, handler, { required: false, address: (request) => request.headers.get('x-real-ip') ?? undefined });
 */
interface AuthOptions<From> {
  /** Whether a request without a token is refused with 401 `MISSING_TOKEN`, which is the default. A bad token always is. */
  readonly required?: boolean | undefined;
  /** Whose failed verifications are counted: none by default, since behind a proxy all clients share the peer's address. */
  readonly address?: ((request: From) => string | undefined) | undefined;
}
/**
 * Authenticates every GraphQL request before its body is read, and adds `user`, `principal` and `profile()` to the context.
 * Refusals have the server's code, reason, status and headers; those of `profile()`, and an `AuthError` that a resolver throws, have
 * no status.
 *
 * Operations of `getEnveloped`, as over a WebSocket, are those of the `principal` in their context, and a guest's without one.
 *
 * @example createYoga({ schema, plugins: [useStackAuth(auth, { required: false })] });
 */
declare function useStackAuth(auth: Auth, options?: AuthOptions<Request>): Plugin;
/**
 * The headers that a token is read from: those of any Request, Headers or node:http, of other realms and libraries as well.
 *
 * @example await auth.authenticate({ authorization: `Bearer ${token}` });
 */
type HeaderSource = Request | Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
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

export { type Auth, type AuthContext, type AuthOptions, useStackAuth };
