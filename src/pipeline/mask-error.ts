// Masking: what a client may see of each error, and the HTTP status of those that refuse a whole request.
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { AppError, type ErrorCode, isInternal } from '../core/errors.ts';
import { MASKED } from '../core/rest-answer.ts';
import { STATUS } from '../core/statuses.ts';
import { nodesOf } from '../documents/locations.ts';

/** The HTTP answer of an error that refuses the whole request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the status is for application/graphql-response+json alone, and 200 for application/json. */
  readonly spec?: boolean;
}

/** Errors of the document, like those that validation finds: 200 under application/json. */
const DOCUMENT_ERRORS: readonly ErrorCode[] = [
  'LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_ONLY',
];

/** How a `ClientError` is made: `at` is the error that has the place in document and answer. */
interface ClientErrorOptions {
  readonly at?: GraphQLError | undefined;
  readonly originalError?: Error | undefined;
  readonly extensions: GraphQLErrorExtensions;
}

/**
 * An error that a client may see. `locationsOf` it are those of `at`, counted no second time, as in copies of it. It has no
 * stack trace: that of its origin is logged.
 */
export class ClientError extends GraphQLError {
  override readonly originalError: Error | undefined;
  /** Whether it has been counted and logged. */
  reported = false;

  constructor(message: string, { at, originalError, extensions }: ClientErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, { nodes: at ? nodesOf(at) : null, path: at?.path, extensions });
    Error.stackTraceLimit = stackTraceLimit;
    // graphql-js would print the stack of an original error that it is given.
    this.originalError = originalError;
    Object.defineProperty(this, 'originalError', { enumerable: false });
  }
}

/** Turns whatever was thrown into what a client may see. */
export type MaskError = (error: unknown) => ClientError;

/**
 * Turns whatever was thrown into what a client may see, once. What was not thrown on purpose becomes
 * `INTERNAL_SERVER_ERROR` and keeps its origin as `originalError`, which is never sent.
 */
export function maskError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  const origin = originOf(error);
  if (origin instanceof AppError) return fromAppError(origin, located(error));
  // The outermost error has the path, and the message of execution.
  if (origin instanceof GraphQLError) return fromGraphQLError(located(error) ?? origin);
  return masked(origin, located(error));
}

/** The same without "Did you mean", by which a hidden schema could be guessed. */
export function maskErrorWithoutSuggestions(error: unknown): ClientError {
  const shown = maskError(error);
  shown.message = shown.message.replace(/ Did you mean .+$/s, '');
  return shown;
}

/** The extensions that clients see of an `AppError`. */
export function extensionsOf({ code, reason, retryAfter }: AppError): GraphQLErrorExtensions {
  return { code, ...(reason && { reason }), ...(retryAfter !== undefined && { retryAfter }) };
}

/** Status and headers where the error refuses the request as a whole. */
export function httpAnswerOf(error: AppError): HttpAnswer {
  const { code, ownStatus, headers } = error;
  return {
    status: ownStatus ?? STATUS[code],
    headers,
    ...(DOCUMENT_ERRORS.includes(code) && { spec: true }),
  };
}

/** The same masked error, naming the request under which its origin was logged. */
export function withRequestId(error: ClientError, requestId: string): ClientError {
  const extensions = { ...error.extensions, requestId };
  const named = new ClientError(error.message, {
    at: error,
    originalError: error.originalError,
    extensions,
  });
  named.reported = error.reported;
  return named;
}

function originOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? originOf(error.originalError) : error;
}

function located(error: unknown): GraphQLError | undefined {
  return error instanceof GraphQLError ? error : undefined;
}

function fromAppError(error: AppError, at: GraphQLError | undefined): ClientError {
  if (isInternal(error)) return masked(error, at);
  const extensions = extensionsOf(error);
  // An error with a path belongs to one field, which must not decide the status of the whole answer.
  if (!at?.path) extensions['http'] = httpAnswerOf(error);
  return new ClientError(error.message, { at, originalError: error, extensions });
}

/** Yoga's codes for what this server calls `BAD_REQUEST`. */
const YOGA_BAD_REQUEST = new Set<unknown>([
  'BAD_REQUEST',
  'REQUEST_ENTITY_TOO_LARGE',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** GraphQL's own errors, Yoga's and those that resolvers throw as GraphQLError. */
function fromGraphQLError(error: GraphQLError): ClientError {
  const { originalError: _private, ...extensions }: GraphQLErrorExtensions = error.extensions;
  if (!error.path && extensions['code'] === undefined) {
    // Execution refuses the request: its variables do not fit the document.
    extensions['code'] = 'BAD_REQUEST';
    extensions.http = { status: 400, spec: true };
  } else if (!error.path && YOGA_BAD_REQUEST.has(extensions['code'])) {
    const { status = 400, headers = {} } = extensions.http ?? {};
    extensions['code'] = 'BAD_REQUEST';
    // `spec` would make it a 200 under application/json, which is for documents that are not GraphQL.
    extensions.http = { status, headers: status === 405 ? headers : {} };
  }
  // As above: one field must not decide the status.
  if (error.path) delete extensions.http;
  return new ClientError(shortened(error.message), { at: error, extensions });
}

function masked(origin: unknown, at: GraphQLError | undefined): ClientError {
  return new ClientError(MASKED, {
    at,
    originalError: origin instanceof Error ? origin : new Error(describe(origin)),
    extensions: {
      code: 'INTERNAL_SERVER_ERROR',
      ...(!at?.path && { http: { status: 500, headers: {} } }),
    },
  });
}

/** Some values have no text, such as objects without a prototype. */
function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'A value without a text was thrown';
  }
}

/** graphql-js repeats names and values of the request in its messages, in each of them. */
const MAX_MESSAGE = 1_000;

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}
