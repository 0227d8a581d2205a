// `.` of the package, written by `npm run api`.
/**
 * The only error thrown on purpose; the library exports it as `AuthError`. Its message, code, reason and `retryAfter` reach
 * clients; its cause never does.
 * A refusal has no stack trace: capturing and printing it takes longer than the rest of many refusals.
 *
 * The constructor throws `TypeError` for a code that is none, and for a header that cannot be sent.
 *
 * @example throw new AppError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER' });
 */
declare class AppError extends Error {
  readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly reason: Reason | undefined;
  readonly retryAfter: number | undefined;
  /** The status that was given for this error alone, in place of that of its code. */
  readonly ownStatus: number | undefined;
  readonly ownHeaders: Readonly<Record<string, string>> | undefined;
  readonly isLogged: boolean;
  constructor(message: string, options: AppErrorOptions);
  /** Whether this class, or that of another copy of this module, created the value. A subclass knows its own errors alone. */
  static [Symbol.hasInstance](value: unknown): value is AppError;
  /** Not of each instance, so that an error costs no more. */
  get [MARK](): true;
  /** What HTTP should say where this error is the whole answer, as in REST. */
  get status(): number;
  /** The headers of that answer, by names in lower case: `www-authenticate` and `retry-after` where due, and its own. */
  get headers(): Readonly<Record<string, string>>;
}
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
 * What `createAuth` takes. Those that are left out have the defaults of docs/configuration.md.
 *
 * @example const settings: AuthSettings = { projectId, secretServerKey, profileCacheTtl: 10 };
 */
interface AuthSettings {
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
 * The headers that a token is read from: those of any Request, Headers or node:http, of other realms and libraries as well.
 *
 * @example await auth.authenticate({ authorization: `Bearer ${token}` });
 */
type HeaderSource = Request | Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
/**
 * A logger, such as pino's or `console`.
 *
 * @example createAuth({ projectId, logger: pino() });
 */
interface Logger {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}
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
/**
 * Starts authentication for one project. Create it once per process; the provider's keys begin to load at once.
 *
 * Throws `AuthError` `INVALID_CONFIGURATION`, which names each option that is wrong.
 *
 * @example
 * export const auth = createAuth({
 *   projectId: process.env.STACK_PROJECT_ID ?? '',
 *   secretServerKey: process.env.STACK_SECRET_SERVER_KEY,
 * });
 */
declare function createAuth(settings: AuthSettings): Auth;
/**
 * Properties of an `AppError` besides its message. `retryAfter` is in seconds; `status` replaces the status of the code;
 * `headers` are sent where the whole request is refused.
 */
interface AppErrorOptions {
  readonly code: ErrorCode;
  readonly reason?: Reason | undefined;
  readonly retryAfter?: number | undefined;
  readonly status?: number | undefined;
  /** The trouble has a line of its own in the log, so that no line is written for each error that comes of it. */
  readonly isLogged?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}
/** What went wrong, sent to clients as `extensions.code`. docs/errors.md says what a client does about each. */
type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'LIMIT_EXCEEDED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_ONLY'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'SERVICE_UNAVAILABLE'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_RATE_LIMITED'
  | 'INTERNAL_SERVER_ERROR'
  | 'INVALID_CONFIGURATION';
/** Why it went wrong, in more detail than the code; sent to clients as `extensions.reason`. */
type ErrorReason =
  | 'MISSING_TOKEN'
  | 'EXPIRED_TOKEN'
  | 'INVALID_TOKEN'
  | 'CONFLICTING_TOKENS'
  | 'USER_GONE'
  | 'SERVER_ERROR'
  | 'MAX_TOKENS'
  | 'MAX_DEPTH'
  | 'MAX_ALIASES'
  | 'MAX_ROOT_FIELDS'
  | 'MAX_DIRECTIVES'
  | 'MAX_REPEATS'
  | 'MAX_COMPLEXITY'
  | 'MAX_REPRESENTATIONS'
  | 'MAX_PROVIDER_CALLS'
  | 'MAX_BODIES'
  | 'BODIES_LIMIT'
  | 'MIN_RATE'
  | 'RESPONSE_LIMIT'
  | 'MAX_STREAMS'
  | 'MAX_STREAMS_PER_USER'
  | 'ANONYMOUS_USER'
  | 'RESTRICTED_USER'
  | 'EMAIL_NOT_VERIFIED'
  | 'NOT_A_TEAM_MEMBER'
  | 'TEAM_PERMISSION_REQUIRED'
  | 'PROJECT_PERMISSION_REQUIRED'
  | 'FEATURE_DISABLED'
  | 'NO_LIVE_SESSION'
  | 'NOT_YOURSELF';
/** Marks our errors in all copies of this module: the package has one in its modules, and one in each bundle. */
declare const MARK: unique symbol;
/** A reason of this server, or one that an app defines for its own errors. */
type Reason = ErrorReason | (string & {});

export {
  AppError as AuthError,
  type Auth,
  type AuthContext,
  type AuthOptions,
  type AuthSettings,
  createAuth,
  type HeaderSource,
  type Logger,
  type OAuthProvider,
  type Principal,
  type Profile,
  type User,
};
