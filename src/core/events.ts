// Internal events, emitted by services and consumed by metrics and the log. No event contains a user or a secret.
import type { TokenRefusal } from './errors.ts';

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

/** An event of one process. Durations are in seconds. */
export type ServerEvent =
  | {
      readonly kind: 'request';
      readonly status: number;
      readonly codes: readonly string[];
      readonly seconds: number;
    }
  /** A request was answered by the fast path. */
  | { readonly kind: 'fast-path' }
  | { readonly kind: 'token-refused'; readonly reason: TokenRefusal }
  | { readonly kind: 'rate-limited'; readonly budget: 'user' | 'address' }
  | { readonly kind: 'keys'; readonly outcome: 'fetched' | 'failed' }
  /** Where a profile came from: the cache, a new call, or a call that was already running. */
  | { readonly kind: 'profile'; readonly from: 'fresh' | 'stale' | 'call' | 'shared' }
  /** A call to the provider ended, its second attempt included. */
  | {
      readonly kind: 'provider-call';
      readonly access: 'client' | 'server';
      readonly outcome: CallOutcome;
      readonly seconds: number;
      /** The provider's name for a refusal of our keys, our project or our way of asking. */
      readonly refusal?: string | undefined;
    }
  /** A pause begins for one user, whose calls fail or are limited: other users' calls go on. */
  | { readonly kind: 'user-paused'; readonly because: 'failing' | 'limited' }
  /** A call was not made: all calls together, or those of anonymous users, hold as many slots and places as they may. */
  | { readonly kind: 'call-refused'; readonly because: 'queue-full' | 'anonymous-share' }
  | { readonly kind: 'breaker'; readonly state: 'closed' | 'open' | 'half-open' }
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
