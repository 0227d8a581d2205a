// The only class of error that is thrown on purpose, and the codes and reasons that clients may rely on.
import { checkHeader } from './response-header.ts';
import { REST_STATUS } from './statuses.ts';

/** What went wrong, sent to clients as `extensions.code`. docs/errors.md says what a client does about each. */
export type ErrorCode =
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
export type ErrorReason =
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

/** The reasons for which authentication refuses a request. */
export const TOKEN_REFUSALS = [
  'MISSING_TOKEN',
  'EXPIRED_TOKEN',
  'INVALID_TOKEN',
  'CONFLICTING_TOKENS',
  'SERVER_ERROR',
] as const satisfies readonly ErrorReason[];

/** A reason for which authentication refuses a request. */
export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];

/** A reason of this server, or one that an app defines for its own errors. */
export type Reason = ErrorReason | (string & {});

/**
 * Properties of an `AppError` besides its message. `retryAfter` is in seconds; `status` replaces the status of the code;
 * `headers` are sent where the whole request is refused.
 */
export interface AppErrorOptions {
  readonly code: ErrorCode;
  readonly reason?: Reason | undefined;
  readonly retryAfter?: number | undefined;
  readonly status?: number | undefined;
  /** The trouble has a line of its own in the log, so that no line is written for each error that comes of it. */
  readonly isLogged?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** Codes of errors that are bugs or mistakes in a setting: their stack is logged, and clients see neither code nor message. */
const INTERNAL: readonly ErrorCode[] = ['INTERNAL_SERVER_ERROR', 'INVALID_CONFIGURATION'];

const STATUS_OF: Readonly<Record<ErrorCode, number>> = REST_STATUS;

const REALM = 'Bearer realm="graphql"';

/** Marks our errors in all copies of this module: the package has one in its modules, and one in each bundle. */
const MARK: unique symbol = Symbol.for('stack-auth-graphql.AppError');

/**
 * The only error thrown on purpose; the library exports it as `AuthError`. Its message, code, reason and `retryAfter` reach
 * clients; its cause never does.
 * A refusal has no stack trace: capturing and printing it takes longer than the rest of many refusals.
 *
 * The constructor throws `TypeError` for a code that is none, and for a header that cannot be sent.
 *
 * @example throw new AppError('Not yours', { code: 'FORBIDDEN', reason: 'NOT_OWNER' });
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly reason: Reason | undefined;
  readonly retryAfter: number | undefined;
  /** The status that was given for this error alone, in place of that of its code. */
  readonly ownStatus: number | undefined;
  readonly ownHeaders: Readonly<Record<string, string>> | undefined;
  readonly isLogged: boolean;

  constructor(message: string, options: AppErrorOptions) {
    // The compiler refuses such a code, but JavaScript would answer it with the status 200.
    if (!Object.hasOwn(STATUS_OF, options.code))
      throw new TypeError(`${options.code} is no code of an AppError`);
    const ownHeaders = options.headers && checkedHeaders(options.headers);
    const { stackTraceLimit } = Error;
    if (!INTERNAL.includes(options.code)) Error.stackTraceLimit = 0;
    super(message, { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = options.code;
    this.reason = options.reason;
    this.retryAfter = options.retryAfter;
    this.ownStatus = isHttpError(options.status) ? options.status : undefined;
    this.ownHeaders = ownHeaders;
    this.isLogged = options.isLogged ?? false;
  }

  /** Whether this class, or that of another copy of this module, created the value. A subclass knows its own errors alone. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    // Not by the name of the class: bundlers rename a class that uses it, and logs show the name.
    // biome-ignore lint/complexity/noThisInStatic: it is inherited, and called on the subclass then
    if (!Object.hasOwn(this.prototype, MARK)) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && MARK in value;
  }

  /** Not of each instance, so that an error costs no more. */
  get [MARK](): true {
    return true;
  }

  /** What HTTP should say where this error is the whole answer, as in REST. */
  get status(): number {
    return this.ownStatus ?? STATUS_OF[this.code];
  }

  /** The headers of that answer, by names in lower case: `www-authenticate` and `retry-after` where due, and its own. */
  get headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = { ...this.ownHeaders };
    if (this.code === 'UNAUTHENTICATED') {
      headers['www-authenticate'] =
        this.reason === 'MISSING_TOKEN' ? REALM : `${REALM}, error="invalid_token"`;
    }
    if (this.retryAfter !== undefined) headers['retry-after'] = String(this.retryAfter);
    return headers;
  }
}

/** Whether the error is masked although it was thrown on purpose. */
export function isInternal({ code }: AppError): boolean {
  return INTERNAL.includes(code);
}

/** The same headers by names in lower case. */
function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name, value] of entries) checkHeader(name, value);
  return Object.fromEntries(entries);
}

/** Statuses that an error may have. Node throws for what is no status at all. */
function isHttpError(status: number | undefined): boolean {
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599;
}

/** Whether authentication refuses a request for this reason. */
export function isTokenRefusal(reason: Reason | undefined): reason is TokenRefusal {
  return TOKEN_REFUSALS.some((refusal) => refusal === reason);
}

/** The error of a request that needs a token and has none. */
export function missingToken(): AppError {
  return new AppError('Access token required', { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' });
}

/** The error of a request whose token is not valid. The message is always the same, so that it gives no hint to a forger. */
export function refusedToken(reason: 'EXPIRED_TOKEN' | 'INVALID_TOKEN', cause?: unknown): AppError {
  return new AppError('Invalid or expired access token', { code: 'UNAUTHENTICATED', reason, cause });
}
