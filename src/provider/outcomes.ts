// The table of outcomes: what every status and known error of the provider means (contract, sections 5 and 9).

import type { CallTrouble } from '../core/call-trouble.ts';
import type { Clock } from '../core/clock.ts';
import type { HttpMethod, UpstreamAnswer } from '../core/upstream.ts';
import type { ProviderPath } from './path.ts';
import { readRetryAfter } from './retry-after.ts';

/** Why a user's request cannot be fulfilled: returned as data, in the `errors` of a mutation's payload. */
export type UserErrorCode =
  | 'INVALID_INPUT'
  | 'FEATURE_DISABLED'
  | 'NOT_FOUND'
  | 'EMAIL_IN_USE'
  | 'EMAIL_ALREADY_ADDED'
  | 'EMAIL_ALREADY_VERIFIED'
  | 'CODE_INVALID'
  | 'CODE_EXPIRED'
  | 'CODE_ALREADY_USED'
  | 'INVITATION_NOT_FOUND'
  | 'INVITATION_NOT_FOR_RESTRICTED_USERS'
  | 'REDIRECT_URL_NOT_TRUSTED'
  | 'CANNOT_REVOKE_CURRENT_SESSION'
  | 'NOT_A_TEAM_MEMBER';

/** How the provider failed a call: `answer` is a status of no use, `ambiguous` a 500 that may be the answer to what was asked. */
export type Trouble = CallTrouble | 'answer' | 'ambiguous';

/** What a call to the provider can yield other than a value. Only `unavailable` counts for the breaker, only `limited` for the rate limit. */
export type Failure =
  /** The user was deleted. */
  | { readonly kind: 'gone' }
  /** The user lacks a permission. The provider says so with 401, 403 or 404. */
  | {
      readonly kind: 'forbidden';
      readonly reason: 'TEAM_PERMISSION_REQUIRED' | 'PROJECT_PERMISSION_REQUIRED';
    }
  /** What was asked cannot be done. `field` is the provider's name of a field of the body. */
  | { readonly kind: 'rejected'; readonly code: UserErrorCode; readonly field?: string | undefined }
  /** The provider does not accept the token: it has expired, or its key has been dropped since it was verified here. */
  | { readonly kind: 'expired'; readonly reason: 'EXPIRED_TOKEN' | 'INVALID_TOKEN' }
  /** The project's rate limit. `retryAfter` is in seconds. */
  | { readonly kind: 'limited'; readonly retryAfter: number | undefined }
  /** The provider refuses our keys, our project or our way of asking. */
  | { readonly kind: 'refused'; readonly knownError: string }
  /** No answer, or one that is of no use: a 5xx, a gateway's 4xx, a body that cannot be read. */
  | {
      readonly kind: 'unavailable';
      readonly cause: unknown;
      /** A second attempt may succeed. */
      readonly transient?: boolean;
      /** Of the provider's answer, where that was all of it that is of use. */
      readonly status?: number;
      /** What the provider did, as the breaker counts it. Absent where it was not asked. */
      readonly trouble?: Trouble;
    };

/**
 * The result of a call to the provider.
 *
 * @example
 * const outcome: Outcome<Plan> = await provider.call(options);
 * if (outcome.kind === 'ok') return outcome.value;
 */
export type Outcome<T> = { readonly kind: 'ok'; readonly value: T } | Failure;

/** What was asked, as far as its outcome depends on it. */
export interface Question {
  readonly method: HttpMethod;
  readonly path: ProviderPath;
  readonly caller?: { readonly id: string } | undefined;
  /** The call is not about its caller: the token is not sent. */
  readonly withoutToken?: true;
  /** A 500 may be a refusal: so the provider answers where a thing that is to be ended has ended before (contract, IDENTITY 2.1). */
  readonly ambiguous500?: true;
}

/** Reads the JSON of a successful answer. Throws where it does not have the expected shape or is about another user. */
export type Parse<T> = (body: unknown, question: Question) => T;

/** Reads an answer by the table. Never throws. */
export function toOutcome<T>(
  answer: UpstreamAnswer,
  call: Question & { readonly parse: Parse<T> },
  clock: Pick<Clock, 'wall'>,
): Outcome<T> {
  const { status, headers } = answer;
  if (status === 200 || (status === 201 && call.method !== 'GET')) return readValue(answer.body, call);
  if (status === 429)
    return { kind: 'limited', retryAfter: readRetryAfter(headers['retry-after'], clock.wall()) };
  return readRefusal(answer, call) ?? unavailable(status, call);
}

/** The provider's name for its refusal, or `undefined` where something in front of the provider's API answered. */
export function knownErrorOf({ headers }: Pick<UpstreamAnswer, 'headers'>): string | undefined {
  const value = headers['x-hexclave-known-error'] ?? headers['x-stack-known-error'];
  return typeof value === 'string' ? value : value?.[0];
}

function readValue<T>(body: string, call: Question & { readonly parse: Parse<T> }): Outcome<T> {
  try {
    return { kind: 'ok', value: call.parse(JSON.parse(body), call) };
  } catch {
    // The error may quote the body, which is private.
    const cause = new Error('The provider gave an answer that cannot be read');
    return { kind: 'unavailable', cause, trouble: 'unreadable' };
  }
}

function unavailable(status: number, { ambiguous500 }: Question): Failure {
  const cause = new Error(`The provider answered ${status}`);
  const trouble = ambiguous500 && status === 500 ? 'ambiguous' : 'answer';
  return { kind: 'unavailable', cause, status, trouble, transient: status >= 502 && status <= 504 };
}

/** A refusal of the provider's own: a known error, or a 4xx in plain text. Anything else comes from a gateway. */
function readRefusal(answer: UpstreamAnswer, call: Question): Failure | undefined {
  const { status, headers } = answer;
  if (status < 400 || status >= 500) return undefined;
  const knownError = knownErrorOf(answer);
  if (knownError !== undefined) {
    const row = Object.hasOwn(KNOWN_ERRORS, knownError) ? KNOWN_ERRORS[knownError] : undefined;
    const failure = typeof row === 'function' ? row(call, answer) : row;
    return failure ?? { kind: 'refused', knownError };
  }
  return String(headers['content-type']).startsWith('text/plain') ? readText(answer, call) : undefined;
}

const GONE: Failure = { kind: 'gone' };
const rejected = (code: UserErrorCode, field?: string): Failure => ({ kind: 'rejected', code, field });
const forbidden = (reason: 'TEAM_PERMISSION_REQUIRED' | 'PROJECT_PERMISSION_REQUIRED'): Failure => ({
  kind: 'forbidden',
  reason,
});

/** The provider names a missing user where it found none for the token that was sent. Without a token it was our mistake. */
const goneIfTokenSent = ({ caller, withoutToken }: Question) => (caller && !withoutToken ? GONE : undefined);

/** By code it is the code that is wrong, by id the invitation. */
const codeError =
  (code: UserErrorCode) =>
  ({ path }: Question) =>
    rejected(/^\/team-invitations\/[^/?]+\/accept\b/.test(path) ? 'INVITATION_NOT_FOUND' : code);

type Row = Failure | ((call: Question, answer: UpstreamAnswer) => Failure | undefined);

/** Every known error that is not `refused`. A row that yields nothing is `refused` as well. */
const KNOWN_ERRORS: Readonly<Record<string, Row>> = {
  ACCESS_TOKEN_EXPIRED: { kind: 'expired', reason: 'EXPIRED_TOKEN' },
  UNPARSABLE_ACCESS_TOKEN: { kind: 'expired', reason: 'INVALID_TOKEN' },
  CANNOT_GET_OWN_USER_WITHOUT_USER: goneIfTokenSent,
  USER_AUTHENTICATION_REQUIRED: goneIfTokenSent,
  USER_NOT_FOUND: ({ path }) => (path.startsWith('/users/') ? GONE : rejected('NOT_A_TEAM_MEMBER')),
  TEAM_PERMISSION_REQUIRED: forbidden('TEAM_PERMISSION_REQUIRED'),
  PROJECT_PERMISSION_REQUIRED: forbidden('PROJECT_PERMISSION_REQUIRED'),
  // Listing and creating the keys of a team without the permission. Below it, with an id, the key itself is unknown.
  API_KEY_NOT_FOUND: ({ path }) =>
    /^\/team-api-keys(\?|$)/.test(path) ? forbidden('TEAM_PERMISSION_REQUIRED') : rejected('NOT_FOUND'),
  API_KEY_EXPIRED: rejected('NOT_FOUND'),
  API_KEY_REVOKED: rejected('NOT_FOUND'),
  TEAM_MEMBERSHIP_NOT_FOUND: rejected('NOT_A_TEAM_MEMBER'),
  TEAM_NOT_FOUND: rejected('NOT_A_TEAM_MEMBER'),
  TEAM_PERMISSION_NOT_FOUND: rejected('NOT_FOUND'),
  CANNOT_DELETE_CURRENT_SESSION: rejected('CANNOT_REVOKE_CURRENT_SESSION'),
  CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE: rejected('EMAIL_IN_USE'),
  USER_EMAIL_ALREADY_EXISTS: rejected('EMAIL_IN_USE'),
  EMAIL_ALREADY_VERIFIED: rejected('EMAIL_ALREADY_VERIFIED'),
  VERIFICATION_CODE_NOT_FOUND: codeError('CODE_INVALID'),
  VERIFICATION_CODE_MAX_ATTEMPTS_REACHED: codeError('CODE_INVALID'),
  VERIFICATION_CODE_EXPIRED: codeError('CODE_EXPIRED'),
  VERIFICATION_CODE_ALREADY_USED: codeError('CODE_ALREADY_USED'),
  TEAM_INVITATION_EMAIL_MISMATCH: rejected('INVITATION_NOT_FOUND'),
  TEAM_INVITATION_RESTRICTED_USER_NOT_ALLOWED: rejected('INVITATION_NOT_FOR_RESTRICTED_USERS'),
  REDIRECT_URL_NOT_WHITELISTED: rejected('REDIRECT_URL_NOT_TRUSTED'),
  SCHEMA_ERROR: ({ method }, { body }) => {
    const field = /^[ \t]*- body\.(\w+)/m.exec(schemaMessageOf(body))?.[1];
    // About the query, the path or a field that does not exist: our mistake and not the user's.
    return method === 'GET' || field === undefined ? undefined : rejected('INVALID_INPUT', field);
  },
};

function schemaMessageOf(body: string): string {
  try {
    return String(JSON.parse(body)?.details?.message);
  } catch {
    return '';
  }
}

/** Paths of things that belong to one user: another user's is answered as one that does not exist. */
const OWNED = /^\/(auth\/sessions|contact-channels|user-api-keys|team-api-keys|emails)\b/;

/** How the provider begins or words what it says of a request that it does not allow or understand. */
const OUR_WAY_OF_ASKING = /^(?:Clients? can|You can|Cannot |Must )| (?:is required|requires) /;

/**
 * The provider's refusals in plain text, which carry no code (contract, IDENTITY 1.4). Firewalls and gateways use plain text as
 * well: `undefined` where the words are not the provider's, since then nothing is known.
 */
function readText({ status, body }: UpstreamAnswer, { method, path }: Question): Failure | undefined {
  if (/disabled|not enabled/i.test(body)) return rejected('FEATURE_DISABLED');
  if (/contact channel already exists/i.test(body)) return rejected('EMAIL_ALREADY_ADDED');
  if (/invalid profile image/i.test(body)) return rejected('INVALID_INPUT', 'profile_image_url');
  // Not the `404 page not found` of a gateway.
  if (/^[A-Z][a-z]*(?: [a-z]+)* not found\b/.test(body)) return rejected('NOT_FOUND');
  const refused: Failure = { kind: 'refused', knownError: `${status} in plain text` };
  if (/page does not exist/i.test(body)) return refused;
  const isOurs = OUR_WAY_OF_ASKING.test(body);
  if (method === 'GET') return isOurs ? refused : undefined;
  if (isOurs && status === 403 && OWNED.test(path)) return rejected('NOT_FOUND');
  return isOurs || status === 400 ? rejected('INVALID_INPUT') : undefined;
}
