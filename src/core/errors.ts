// The one class of error that is thrown on purpose, and the vocabulary of codes and reasons clients may rely on.

/** What went wrong, as `extensions.code` tells it to clients. See docs/errors.md for what each asks of a client. */
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

/** Why, as `extensions.reason` tells it: finer than the code, for messages and for events. */
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
  | 'MAX_PROVIDER_CALLS'
  | 'ANONYMOUS_USER'
  | 'RESTRICTED_USER'
  | 'EMAIL_NOT_VERIFIED'
  | 'NOT_A_TEAM_MEMBER'
  | 'TEAM_PERMISSION_REQUIRED'
  | 'PROJECT_PERMISSION_REQUIRED'
  | 'FEATURE_DISABLED';

/** A reason of ours, or one that an app defines for its own errors. */
export type Reason = ErrorReason | (string & {});

/** What an `AppError` carries besides its message. `retryAfter` is in seconds; `status` overrides the code's own. */
export interface AppErrorOptions {
  readonly code: ErrorCode;
  readonly reason?: Reason | undefined;
  readonly retryAfter?: number | undefined;
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** The only error thrown on purpose. Its message, code, reason and `retryAfter` reach clients; its cause never does. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly reason: Reason | undefined;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.reason = options.reason;
    this.retryAfter = options.retryAfter;
    this.status = options.status;
  }
}

/** Access was asked for without a token. */
export function missingToken(): AppError {
  return new AppError('Access token required', { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' });
}

/** A token came that is not, or no longer, good. The message is one for all, so that it teaches a forger nothing. */
export function refusedToken(reason: 'EXPIRED_TOKEN' | 'INVALID_TOKEN', cause?: unknown): AppError {
  return new AppError('Invalid or expired access token', { code: 'UNAUTHENTICATED', reason, cause });
}
