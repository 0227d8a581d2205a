// What users of the library see: the shapes that the package promises.

/**
 * A logger, such as pino's or `console`.
 *
 * @example createAuth({ projectId, logger: pino() });
 */
export interface Logger {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

/**
 * What `createAuth` takes. Those that are left out have the defaults of docs/configuration.md.
 *
 * @example const settings: AuthSettings = { projectId, secretServerKey, profileCacheTtl: 10 };
 */
export interface AuthSettings {
  /** The project whose tokens are accepted. */
  readonly projectId: string;
  /** Without it tokens are verified, and `profile` rejects with `INVALID_CONFIGURATION`. */
  readonly secretServerKey?: string | undefined;
  readonly publishableClientKey?: string | undefined;
  /** The provider's base URL without `/api/v1`. */
  readonly apiUrl?: string | undefined;
  /** The origin in the `iss` of tokens, if browsers reach the provider by another name. */
  readonly issuerUrl?: string | undefined;
  /** Seconds for which a cached profile is served without a new call, as `PROFILE_CACHE_TTL`. */
  readonly profileCacheTtl?: number | undefined;
  /** Requests of one user a minute, as `RATE_LIMIT`. */
  readonly rateLimit?: number | 'off' | undefined;
  /** Without one, warnings and errors go to `console`. */
  readonly logger?: Logger | undefined;
}

/**
 * What a verified token says of its user.
 *
 * @example if (user.isAnonymous) throw new AuthError('Sign up first', { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' });
 */
export interface User {
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
 * A verified token and its user, as `authenticate` makes it. No other object is accepted in its place.
 *
 * @example
 * const principal = await auth.authenticate(request);
 * const id = principal?.user.id;
 */
export interface Principal {
  /** A secret, which is left out where the principal is printed or serialized. */
  readonly token: string;
  readonly user: User;
}

/**
 * An account at another provider that the user can sign in with.
 *
 * @example const hasGithub = profile.oauthProviders.some(({ id }) => id === 'github');
 */
export interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | null;
}

/**
 * The profile of a user.
 *
 * @example const { displayName, email } = await auth.profile(principal);
 */
export interface Profile {
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
 * The headers that a token is read from: those of any Request, Headers or node:http, of other realms and libraries as well.
 *
 * @example await auth.authenticate({ authorization: `Bearer ${token}` });
 */
export type HeaderSource =
  | Request
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Authentication for one project.
 *
 * @example
 * const auth: Auth = createAuth({ projectId, secretServerKey });
 * const principal = await auth.authenticate(request);
 */
export interface Auth {
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
    options?: { readonly address?: string | undefined },
  ): Promise<Principal | undefined>;
  /**
   * The user's profile: shared, cached and kept through outages as in the server.
   *
   * Rejects with `AuthError`, or with the reason of `signal` where that aborts first.
   *
   * @example const { displayName } = await auth.profile(principal);
   */
  profile(principal: Principal, options?: { readonly signal?: AbortSignal | undefined }): Promise<Profile>;
  /** `ready`: there are keys to verify tokens with. `degraded`: what does not work, by the names that `/ready` uses. */
  health(): { readonly ready: boolean; readonly degraded: readonly string[] };
  /** Ends background work and closes connections, after the running calls. */
  close(): Promise<void>;
}

/**
 * Options of every adapter.
 *
 * @example
 * withAuth(auth, handler, { required: false, address: (request) => request.headers.get('x-real-ip') ?? undefined });
 */
export interface AuthOptions<From> {
  /** Whether a request without a token is refused with 401 `MISSING_TOKEN`, which is the default. A bad token always is. */
  readonly required?: boolean | undefined;
  /** Whose failed verifications are counted: none by default, since behind a proxy all clients share the peer's address. */
  readonly address?: ((request: From) => string | undefined) | undefined;
}

/**
 * What handlers and resolvers get of a request. Without a token `user` and `principal` are undefined.
 *
 * @example const answerMe = async ({ user, profile }: AuthContext) => ({ id: user?.id, ...(await profile()) });
 */
export interface AuthContext {
  readonly user: User | undefined;
  readonly principal: Principal | undefined;
  /** The user's profile, asked for once in a request. Rejects with `MISSING_TOKEN` without a token. */
  profile(): Promise<Profile>;
}
