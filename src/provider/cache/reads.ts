// Reads of what is cached: from a copy while it is fresh, else by one call for all who wait, else stale while the provider fails.
import { type Clock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { CopyStore } from '../../store/copy-store.ts';
import type { Outcome } from '../outcomes.ts';
import type { GuardedSend } from '../resilience/guarded-send.ts';
import type { CallerRequest } from '../send.ts';
import type { Uuid } from '../uuid.ts';
import { CachedCopies } from './cached-copies.ts';
import type { Copies } from './copies.ts';
import { CopyCalls, type Read } from './copy-calls.ts';
import type { EvictionChannel } from './eviction-channel.ts';
import type { AnyKind, SharedKind, TeamKind, UserKind } from './kinds.ts';
import { lookupEvent } from './lookup-events.ts';
import { type ReadOutcome, RunningCalls } from './running-calls.ts';
import { SecondLayer } from './second-layer.ts';
import type { SizedCache } from './sized-cache.ts';

/**
 * Reads of the provider's data of users. No read throws for trouble of the provider; each rejects with the signal's reason
 * where that aborts first, and with `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the request may make no further call.
 */
export interface Reads {
  /** The copies that the reads use, to be dropped and changed. */
  readonly copies: Copies;
  /** The fresh copy, where there is one. */
  fresh<T>(kind: UserKind<T>, request: CallerRequest): T | undefined;
  freshOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): T | undefined;
  fetch<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>>;
  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): Promise<ReadOutcome<T>>;
  /** The copy of another user: its age alone counts, whatever the token of the caller. */
  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid): Promise<ReadOutcome<T>>;
  /**
   * Asks the provider although a copy is fresh, before something is refused by it. `undefined` where the copy is at most
   * `RECHECK_AGE` old, or where the provider was asked so within that time.
   */
  recheck<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>> | undefined;
}

/** `timeout` is the time limit of one call with all its waits; all durations are in milliseconds. */
export interface ReadsOptions {
  readonly guardedSend: GuardedSend;
  readonly cache: SizedCache;
  readonly ttl: number;
  readonly staleMax: number;
  readonly timeout: number;
  readonly clock?: Clock;
  readonly emit?: Emit;
  /** What replicas share: a second layer of copies, and the channel by which they tell each other of changes. */
  readonly shared?: SharedCopies | undefined;
}

/** The store of the second layer, and its channel. */
export interface SharedCopies {
  readonly store: CopyStore;
  readonly channel: EvictionChannel;
}

/** How old a copy may be by which a scope refuses, in milliseconds. */
const RECHECK_AGE = 5_000;

/** Creates the service. */
export function createReads(options: ReadsOptions): Reads {
  return new CachedReads(options);
}

class CachedReads implements Reads {
  readonly copies: CachedCopies;
  readonly #options: Required<Omit<ReadsOptions, 'shared'>>;
  readonly #running = new RunningCalls();
  readonly #calls: CopyCalls;

  constructor({ shared, ...options }: ReadsOptions) {
    this.#options = { clock: systemClock, emit: ignoreEvents, ...options };
    this.copies = new CachedCopies({ ...this.#options, channel: shared?.channel }, this.#running);
    shared?.channel.listen((change, source) => this.copies.hear(change, source));
    // Without copies there are changes to tell all the same: streams show them.
    const layer = shared && options.ttl > 0 ? new SecondLayer({ ...this.#options, ...shared }) : undefined;
    this.#calls = new CopyCalls({ ...this.#options, copies: this.copies, running: this.#running, layer });
  }

  fresh<T>(kind: UserKind<T>, request: CallerRequest): T | undefined {
    return this.#fresh(kind, request, undefined);
  }

  freshOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): T | undefined {
    return this.#fresh(kind, request, teamId);
  }

  fetch<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>> {
    return this.#fetch({ kind, call: kind.call, teamId: undefined }, request);
  }

  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): Promise<ReadOutcome<T>> {
    return this.#fetch({ kind, call: kind.callOf(teamId), teamId }, request);
  }

  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid): Promise<ReadOutcome<T>> {
    // A copy and a running call are those of the user that they are about, and serve callers with whatever token.
    const { isAnonymous, isRestricted, signal, onCall, budget } = request;
    const call = { signal, onCall, budget };
    const about = { id: userId, token: '', issuedAt: undefined, isAnonymous, isRestricted, ...call };
    return this.#fetch({ kind, call: kind.callAbout(userId), teamId: undefined, caller: request }, about);
  }

  recheck<T>(kind: UserKind<T>, request: CallerRequest): Promise<ReadOutcome<T>> | undefined {
    const read = { kind, call: kind.call, teamId: undefined, maxAge: RECHECK_AGE };
    const isRunning = this.#running.find(kind.name, request, undefined) !== undefined;
    if (!isRunning && !this.copies.of(kind).noteRecheck(request, RECHECK_AGE)) return undefined;
    return this.#askOrStale(read, request);
  }

  #fresh<T>(kind: AnyKind<T>, request: CallerRequest, teamId: Uuid | undefined): T | undefined {
    const fresh = this.copies.of(kind).fresh(request, teamId);
    if (fresh !== undefined) this.#options.emit(lookupEvent(kind.name, 'fresh'));
    return fresh;
  }

  /** Not `async`: returned from such a function, the promise of `#askOrStale` would cost two more. */
  #fetch<T>(read: Read<T>, request: CallerRequest): Promise<ReadOutcome<T>> {
    const fresh = this.#fresh(read.kind, request, read.teamId);
    if (fresh !== undefined) return Promise.resolve({ kind: 'ok', value: fresh });
    return this.#askOrStale(read, request);
  }

  async #askOrStale<T>(read: Read<T>, request: CallerRequest): Promise<ReadOutcome<T>> {
    try {
      const outcome = await this.#calls.ask(read, request);
      if (outcome.kind !== 'unavailable' && outcome.kind !== 'limited') return outcome;
      return this.#staleOf(read, request) ?? outcome;
    } catch (error) {
      // A call that a rate limit of ours refuses, rather than one of the provider's.
      const isLimited = error instanceof AppError && error.code === 'RATE_LIMITED';
      const stale = isLimited ? this.#staleOf(read, request) : undefined;
      if (!stale) throw error;
      return stale;
    }
  }

  #staleOf<T>({ kind, teamId }: Read<T>, request: CallerRequest): Outcome<T> | undefined {
    const stale = this.copies.of(kind).stale(request, teamId);
    if (stale === undefined) return undefined;
    this.#options.emit(lookupEvent(kind.name, 'stale'));
    return { kind: 'ok', value: stale };
  }
}
