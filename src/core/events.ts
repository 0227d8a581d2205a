// Internal events, emitted by services and consumed by metrics and the log. No event contains a user or a secret.
import type { TokenRefusal } from './errors.ts';
import type { MutationName } from './mutation-names.ts';
import type { WebhookType } from './webhook-types.ts';

/** How a call to the provider ended: the kind of its `Outcome` (provider/outcomes.ts). */
export type CallOutcome =
  | 'ok'
  | 'gone'
  | 'forbidden'
  | 'rejected'
  | 'unavailable'
  | 'limited'
  | 'expired'
  | 'refused';

/**
 * How a mutation of ours ended. `unavailable` is an unknown outcome: it was sent, and may have been executed. `not-sent` is
 * one that was not, since its client had left, a limit was reached, or calls to the provider are paused.
 */
export type MutationOutcome = CallOutcome | 'not-sent';

/**
 * Kinds of data that are cached for each user (provider/cache/); `members` and `member-profile` for each of the user's teams.
 * A `public-profile` is cached once for all who see it, by the user that it is about.
 * Sessions, invitations and keys are not cached.
 */
export const COPY_KINDS = [
  'profile',
  'teams',
  'team-permissions',
  'project-permissions',
  'contact-channels',
  'notification-preferences',
  'members',
  'member-profile',
  'public-profile',
] as const;

/** A kind of data that is cached. */
export type CopyKind = (typeof COPY_KINDS)[number];

/**
 * How a stream ended: its source ended or failed, its token expired, its user was deleted, the process shuts down, or its client
 * disconnected.
 */
export type StreamEnd = 'completed' | 'failed' | 'expired' | 'deleted' | 'draining' | 'client';

/**
 * What came of a webhook. `dropped`: the copies that it names were dropped. `ignored`: it names none, or its type is unknown.
 * `repeated`: its id was seen before. `refused`: it has no good signature. `failed`: the handler of the app failed.
 */
export type WebhookOutcome = 'dropped' | 'ignored' | 'repeated' | 'refused' | 'failed';

/** A limit at which requests or answers are refused, by the name of its variable. */
export type RefusingLimit = 'RESPONSE_LIMIT' | 'MAX_STREAMS' | 'MAX_STREAMS_PER_USER';

/**
 * Why a token that the provider issued is not for this server: its signature was verified. Only a token of another `project`
 * cannot be verified, and may be forged. Of its claims nothing is told but the issuer's origin, which the remedy needs.
 */
export type TokenMismatch =
  | { readonly reason: 'issuer'; readonly origin: string | undefined }
  | { readonly reason: 'class' | 'audience' | 'project' };

/** Why a connection was closed before its request or answer was complete: mostly the variable that sets the limit. */
export type CutReason =
  | 'MAX_BODIES'
  | 'BODIES_LIMIT'
  | 'MIN_RATE'
  | 'ANSWER_NOT_READ'
  | 'UNREAD_LIMIT'
  | 'MAX_CONNECTIONS'
  | 'PIPELINING';

/** What Redis is asked for, as metrics name it. */
export const REDIS_COMMANDS = ['read-copy', 'store-copy', 'evict', 'report-counts'] as const;

/** A name of `REDIS_COMMANDS`. */
export type RedisCommandName = (typeof REDIS_COMMANDS)[number];

/**
 * Why a command of Redis failed. `skipped`: it was not sent, while Redis is down or slow. `timeout`: no answer in time. `lost`: the
 * connection broke before the answer. `refused`: Redis answered with an error, such as that it is full.
 */
export type RedisFailure = 'skipped' | 'timeout' | 'lost' | 'refused';

/**
 * Where a copy came from: the cache of this process (`fresh`, or `stale` while the provider fails), the one in Redis, a new call to
 * the provider, or a call or read that was already running.
 */
export type LookupSource = 'fresh' | 'redis' | 'stale' | 'call' | 'shared';

/** An event of one process. Durations are in seconds. */
export type ServerEvent =
  | {
      readonly kind: 'request';
      readonly status: number;
      readonly codes: readonly string[];
      readonly seconds: number;
      /** Only where the answer was a stream. */
      readonly stream?: StreamEnd | undefined;
    }
  | { readonly kind: 'cut'; readonly reason: CutReason }
  | { readonly kind: 'limit'; readonly limit: RefusingLimit }
  /** An event of a subscription was executed. */
  | { readonly kind: 'stream-event' }
  /** A request was answered by the fast path. */
  | { readonly kind: 'fast-path' }
  | { readonly kind: 'token-refused'; readonly reason: TokenRefusal }
  | { readonly kind: 'token-mismatch'; readonly mismatch: TokenMismatch }
  /** `anonymous-users` and `anonymous-calls` are budgets of an address as well. */
  | {
      readonly kind: 'rate-limited';
      readonly budget: 'user' | 'address' | 'anonymous-users' | 'anonymous-calls';
    }
  | { readonly kind: 'keys'; readonly outcome: 'fetched' | 'failed' }
  | { readonly kind: 'profile'; readonly from: LookupSource }
  /** The same for data of the other kinds. */
  | {
      readonly kind: 'lookup';
      readonly of: Exclude<CopyKind, 'profile'>;
      readonly from: LookupSource;
    }
  /** A call to the provider ended, its second attempt included. */
  | {
      readonly kind: 'provider-call';
      readonly access: 'client' | 'server';
      readonly outcome: CallOutcome;
      readonly seconds: number;
      /** The provider's name for a refusal of our keys, our project or our way of asking. */
      readonly refusal?: string | undefined;
    }
  | { readonly kind: 'mutation'; readonly operation: MutationName; readonly outcome: MutationOutcome }
  | {
      readonly kind: 'webhook';
      readonly type: WebhookType | 'unknown';
      readonly outcome: WebhookOutcome;
    }
  /** A pause begins for one user, whose calls fail or are limited: other users' calls go on. */
  | { readonly kind: 'user-paused'; readonly because: 'failing' | 'limited' }
  /** A call was not made: all calls together, or those of anonymous users, hold as many slots and places as they may. */
  | { readonly kind: 'call-refused'; readonly because: 'queue-full' | 'anonymous-share' }
  /** `because` says why it opened: a status, the code of an error, or a word for what happened. */
  | {
      readonly kind: 'breaker';
      readonly state: 'closed' | 'open' | 'half-open';
      readonly because?: string;
    }
  /** Redis was connected (`up`), does not answer in time (`slow`), or is not connected. `because` is the code of an error. */
  | { readonly kind: 'redis'; readonly state: 'up' | 'slow' | 'down'; readonly because?: string | undefined }
  | {
      readonly kind: 'redis-command';
      readonly command: RedisCommandName;
      readonly outcome: RedisFailure | 'ok';
      readonly seconds: number;
    }
  /** Something in Redis is not what this version writes: a copy, which is not used, or a message, at which everything is dropped. */
  | { readonly kind: 'redis-unreadable'; readonly what: 'copy' | 'message' }
  /** The provider's clock is ahead of ours by `offBy` seconds, or behind if that is negative. */
  | { readonly kind: 'clock'; readonly offBy: number };

/** Emits an event. Never throws, and never waits. */
export type Emit = (event: ServerEvent) => void;

/** Discards events, for services that are used without a server. */
export const ignoreEvents: Emit = () => {};

/** The events of one process, and their subscribers. */
export interface Events {
  readonly emit: Emit;
  subscribe(listener: Emit): void;
}

/** The event of one kind. */
export type EventOf<Kind extends ServerEvent['kind']> = Extract<ServerEvent, { readonly kind: Kind }>;

/** Creates events without subscribers. */
export function createEvents(): Events {
  const listeners: Emit[] = [];
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
