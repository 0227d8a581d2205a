// The HTTP status of each error code. The one table: docs/errors.md is checked against it.

/**
 * The status of a GraphQL request that is refused as a whole. An error of a single field has no status: the response keeps
 * 200.
 */
export const STATUS = {
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
} as const;

/**
 * The status outside of GraphQL: in REST, and of an `AppError`. Without a profile there is nothing to answer, so the gateway
 * between client and provider says that the provider failed.
 */
export const REST_STATUS = { ...STATUS, UPSTREAM_UNAVAILABLE: 502 } as const;
