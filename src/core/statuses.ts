// The HTTP status of a request that is refused as a whole, by its error code.
import type { ErrorCode } from './errors.ts';

/**
 * The one table of statuses. An error of a single field has no status: the response keeps 200. docs/errors.md is checked
 * against it.
 */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_REQUEST: 400,
  LIMIT_EXCEEDED: 400,
  PERSISTED_QUERY_NOT_FOUND: 400,
  PERSISTED_ONLY: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  TIMEOUT: 503,
  SERVICE_UNAVAILABLE: 503,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_RATE_LIMITED: 503,
  INTERNAL_SERVER_ERROR: 500,
  INVALID_CONFIGURATION: 500,
};

/**
 * The same for an answer that is nothing but what failed: in the REST API, and in what the library answers. There the provider
 * is a server behind this one.
 */
export const REST_STATUS: Readonly<Record<ErrorCode, number>> = { ...STATUS, UPSTREAM_UNAVAILABLE: 502 };
