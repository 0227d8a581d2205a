/** What `AppError`s look like from outside, for `toMatchObject`. */
export const INVALID_TOKEN = {
  name: 'AppError',
  message: 'Invalid or expired access token',
  code: 'UNAUTHENTICATED',
  reason: 'INVALID_TOKEN',
} as const;

export const EXPIRED_TOKEN = { ...INVALID_TOKEN, reason: 'EXPIRED_TOKEN' } as const;

export const CONFLICTING_TOKENS = {
  name: 'AppError',
  code: 'BAD_REQUEST',
  reason: 'CONFLICTING_TOKENS',
} as const;

export const KEYS_UNAVAILABLE = {
  name: 'AppError',
  message: 'Authentication server error',
  code: 'SERVICE_UNAVAILABLE',
  reason: 'SERVER_ERROR',
  retryAfter: 5,
} as const;

export const UPSTREAM_UNAVAILABLE = { name: 'AppError', code: 'UPSTREAM_UNAVAILABLE' } as const;
