// `./webhooks` of the package, written by `npm run api`.
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
 * A request whose body has been read: its bytes or text as they came, since JSON that was parsed and printed is not the same.
 *
 * @example await verifyWebhook({ headers: request.headers, body: request.body }, secret);
 */
interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
}
/**
 * An event as it was sent. Nothing in it says when it happened, in which order, or of which project.
 *
 * @example
 * const event: WebhookEvent = await verifyWebhook(request, secret);
 * if (event.type === 'user.deleted') await forget(event.data);
 */
interface WebhookEvent {
  /** The same for all attempts of one event. */
  readonly id: string;
  /** Such as `user.updated`; empty where the body is no event. */
  readonly type: string;
  readonly data: unknown;
}
/**
 * Verifies the signature of an event, and reads it. `secret` is that of the endpoint in the provider's dashboard (`whsec_…`),
 * or several that are separated by commas, while one replaces another. Events come more than once, and in any order.
 *
 * Rejects with `AuthError`: 400 without a good signature of the last five minutes, 413 for a body of more than 256 KiB, and
 * `INVALID_CONFIGURATION` where the secret is none.
 *
 * @example
 * const { type, data } = await verifyWebhook(request, process.env.STACK_WEBHOOK_SECRET ?? '');
 */
declare function verifyWebhook(request: Request | ReceivedWebhook, secret: string): Promise<WebhookEvent>;
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

export { AppError as AuthError, ReceivedWebhook, verifyWebhook, type WebhookEvent };
