// A finding of the doctor: a sentence and a remedy for people, and a code for programs.

/** The checks, in their order. */
export type Check =
  | 'environment'
  | 'keys'
  | 'secret-key'
  | 'client-key'
  | 'mutations'
  | 'clock'
  | 'cors'
  | 'redirects'
  | 'webhooks'
  | 'redis'
  | 'traces'
  | 'token'
  | 'profile';

/** Every code that a finding can have. Programs rely on these; messages are for people and may change. */
export const FINDING_CODES = [
  'ENV_FILE_READ',
  'ENV_FILE_WRONG',
  'ENVIRONMENT_GOOD',
  'VARIABLE_WRONG',
  'VARIABLE_UNKNOWN',
  'KEYS_GOOD',
  'KEYS_PARTLY_USABLE',
  'KEYS_UNUSABLE',
  'SECRET_KEY_GOOD',
  'SECRET_KEY_WRONG',
  'CLIENT_KEY_GOOD',
  'CLIENT_KEY_WRONG',
  'CLIENT_KEY_NOT_NEEDED',
  'CLIENT_KEY_REQUIRED',
  'MUTATIONS_PERMITTED',
  'MUTATIONS_LIMITED',
  'PROJECT_UNKNOWN',
  'API_URL_WRONG',
  'PROVIDER_UNREACHABLE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_SLOW',
  'PROVIDER_LIMITS',
  'PROVIDER_FAILS',
  'PROVIDER_REFUSES',
  'CLOCK_GOOD',
  'CLOCK_OFF',
  'ORIGIN_ALLOWED',
  'ORIGIN_NOT_LISTED',
  'ORIGIN_MALFORMED',
  'REDIRECTS_TRUSTED',
  'REDIRECTS_NOT_TRUSTED',
  'WEBHOOKS_ON',
  'WEBHOOKS_OFF',
  'REDIS_OFF',
  'REDIS_GOOD',
  'REDIS_UNUSABLE',
  'REDIS_OLD',
  'REDIS_SLOW',
  'TRACES_GOOD',
  'TRACES_NOT_SENT',
  'TOKEN_GOOD',
  'TOKEN_REFUSED',
  'TOKEN_MISSING',
  'TOKEN_WITH_SCHEME',
  'TOKEN_UNDECIDED',
  'PROFILE_GOOD',
  'USER_GONE',
  'NOT_CHECKED',
] as const;

/** The result of a check. `warning` leaves the exit code at 0; `skipped` means not checked. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped';

/** One finding. It contains no token, no API key and no secret. */
export interface Finding {
  readonly check: Check;
  readonly status: Status;
  readonly code: (typeof FINDING_CODES)[number];
  readonly message: string;
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The finding of a check that was skipped, with the reason. */
export function skipped(check: Check, reason: string, remedy?: string): Finding {
  return { check, status: 'skipped', code: 'NOT_CHECKED', message: reason, ...(remedy && { remedy }) };
}

/** A value from outside, made safe for a terminal: printable ASCII, at most 160 characters. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > 160 ? `${printable.slice(0, 157)}...` : printable;
}
