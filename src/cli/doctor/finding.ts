// What the doctor finds: a sentence with a remedy, and a code for programs.

/** What is looked at, in this order. */
export type Check =
  | 'environment'
  | 'keys'
  | 'secret-key'
  | 'client-key'
  | 'clock'
  | 'cors'
  | 'token'
  | 'profile';

/** Every code that a finding can have. Programs decide by these; messages are for people and may change. */
export const FINDING_CODES = [
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
  'TOKEN_GOOD',
  'TOKEN_REFUSED',
  'TOKEN_MISSING',
  'TOKEN_WITH_SCHEME',
  'TOKEN_UNDECIDED',
  'PROFILE_GOOD',
  'USER_GONE',
  'NOT_CHECKED',
] as const;

/** How bad it is. `warning` leaves the exit code at 0; `skipped` could not, or need not, be looked at. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped';

/** One finding. Nothing in it is a token, a key of the project or a secret. */
export interface Finding {
  readonly check: Check;
  readonly status: Status;
  readonly code: (typeof FINDING_CODES)[number];
  readonly message: string;
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What was not looked at, and why. */
export function skipped(check: Check, why: string, remedy?: string): Finding {
  return { check, status: 'skipped', code: 'NOT_CHECKED', message: why, ...(remedy && { remedy }) };
}

/** A word that came from outside, fit for a terminal: printable, and not endless. */
export function quote(word: unknown): string {
  const text = typeof word === 'string' ? word : (JSON.stringify(word) ?? 'nothing');
  const printable = text.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > 160 ? `${printable.slice(0, 157)}...` : printable;
}
