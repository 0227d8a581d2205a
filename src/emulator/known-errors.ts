// The known errors that the emulator answers with, and their statuses. What each means to us: provider/outcomes.ts.

const STATUSES = {
  ACCESS_TOKEN_EXPIRED: 401,
  ACCESS_TYPE_REQUIRED: 400,
  ACCESS_TYPE_WITHOUT_PROJECT_ID: 400,
  ADMIN_AUTHENTICATION_REQUIRED: 401,
  ANONYMOUS_AUTHENTICATION_NOT_ALLOWED: 401,
  BODY_PARSING_ERROR: 400,
  BRANCH_DOES_NOT_EXIST: 400,
  CANNOT_GET_OWN_USER_WITHOUT_USER: 400,
  CURRENT_PROJECT_NOT_FOUND: 400,
  EMAIL_PASSWORD_MISMATCH: 400,
  INSUFFICIENT_ACCESS_TYPE: 401,
  INVALID_ACCESS_TYPE: 400,
  INVALID_OAUTH_CLIENT_ID_OR_SECRET: 400,
  INVALID_PROJECT_FOR_ACCESS_TOKEN: 401,
  INVALID_PUBLISHABLE_CLIENT_KEY: 401,
  INVALID_SECRET_SERVER_KEY: 401,
  INVALID_SUPER_SECRET_ADMIN_KEY: 401,
  PASSWORD_TOO_SHORT: 400,
  PROJECT_KEY_WITHOUT_ACCESS_TYPE: 400,
  PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT: 401,
  REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED: 401,
  RESTRICTED_USER_NOT_ALLOWED: 403,
  SCHEMA_ERROR: 400,
  SERVER_AUTHENTICATION_REQUIRED: 401,
  UNPARSABLE_ACCESS_TOKEN: 401,
  USER_EMAIL_ALREADY_EXISTS: 409,
  USER_ID_DOES_NOT_EXIST: 400,
  USER_NOT_FOUND: 404,
} as const;

/** The codes of contract 5 that the emulator uses. */
export type KnownErrorCode = keyof typeof STATUSES;

/** A refusal with a code; `answer.ts` turns it into the response. */
export class KnownError extends Error {
  override readonly name = 'KnownError';
  readonly code: KnownErrorCode;
  readonly status: (typeof STATUSES)[KnownErrorCode];
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: KnownErrorCode, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.status = STATUSES[code];
    this.details = details;
  }
}

/** The refusal of a request whose query, path or body does not match the endpoint's schema. */
export function schemaError(method: string, path: string, problem: string): KnownError {
  const message = `Request validation failed on ${method} ${path}:\n  - ${problem}`;
  return new KnownError('SCHEMA_ERROR', message, { message });
}
