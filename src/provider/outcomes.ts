// What a call for a profile can yield: every status and known error of the contract (section 5) as one of six.
import type { UpstreamAnswer } from '../core/http-client.ts';
import { type Profile, parseProfile } from './profile.ts';

/** The outcome of asking for one user's profile. */
export type Outcome =
  | { readonly kind: 'profile'; readonly profile: Profile }
  /** The user was deleted. */
  | { readonly kind: 'gone' }
  /** No answer, a failure of the provider's own, or nonsense. */
  | {
      readonly kind: 'unavailable';
      readonly cause: unknown;
      /** A second attempt may well succeed. */
      readonly transient?: boolean;
      /** It is this user's profile that cannot be read: the provider is up, and others are not concerned. */
      readonly nonsense?: boolean;
    }
  /** The project's rate limit. `retryAfter` in seconds, where told. */
  | { readonly kind: 'limited'; readonly retryAfter: number | undefined }
  /** The token was good for us and has expired for the provider. */
  | { readonly kind: 'expired' }
  /** The provider refuses our keys, our project, our way of asking, or a token that we could verify. */
  | { readonly kind: 'refused'; readonly knownError: string };

/** Reads an answer to `GET /users/me` that was asked for the user `id`. */
export function toOutcome(answer: UpstreamAnswer, id: string): Outcome {
  if (answer.status === 200) return readProfile(answer.body, id);
  if (answer.status === 429)
    return { kind: 'limited', retryAfter: readRetryAfter(answer.headers['retry-after']) };
  const knownError = knownErrorOf(answer);
  // Without a known error it is not the provider's API that speaks but something in front of it.
  if (knownError === undefined || answer.status < 400 || answer.status >= 500) {
    const transient = answer.status >= 502 && answer.status <= 504;
    return { kind: 'unavailable', cause: new Error(`The provider answered ${answer.status}`), transient };
  }
  switch (knownError) {
    case 'ACCESS_TOKEN_EXPIRED':
      return { kind: 'expired' };
    case 'CANNOT_GET_OWN_USER_WITHOUT_USER': // We did send a token: its user is gone (contract, 9.5).
    case 'USER_NOT_FOUND':
      return { kind: 'gone' };
    default:
      return { kind: 'refused', knownError };
  }
}

function readProfile(body: string, id: string): Outcome {
  try {
    const profile = parseProfile(body);
    return profile.id === id ? { kind: 'profile', profile } : nonsense('another user');
  } catch {
    // What was thrown may quote the body, and that is somebody's profile.
    return nonsense('something that is no profile');
  }
}

function nonsense(what: string): Outcome {
  return { kind: 'unavailable', cause: new Error(`The provider answered with ${what}`), nonsense: true };
}

/** The provider's own word for a refusal (contract, section 5), or `undefined` where something in front of it speaks. */
export function knownErrorOf({ headers }: UpstreamAnswer): string | undefined {
  const value = headers['x-hexclave-known-error'] ?? headers['x-stack-known-error'];
  return typeof value === 'string' ? value : value?.[0];
}

/** Seconds or a date (RFC 9110, section 10.2.3), at most an hour. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  // Every date that a server may send ends so, and without that Date.parse takes "-5" for a day in 2001.
  const date = value.endsWith(' GMT') ? Date.parse(value) : Number.NaN;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((date - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), 3600);
}
