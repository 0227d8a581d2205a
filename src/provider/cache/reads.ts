// Reads of what is cached: from a copy while it is fresh, else by one call for all who wait, else stale while the provider fails.
import { type Clock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { Outcome } from '../outcomes.ts';
import type { GuardedSend } from '../resilience/guarded-send.ts';
import type { SharedCall } from '../resilience/shared-call.ts';
import type { CallerRequest, ProviderCall } from '../send.ts';
import type { Uuid } from '../uuid.ts';
import { CachedCopies } from './cached-copies.ts';
import type { Copies } from './copies.ts';
import type { AnyKind, SharedKind, TeamKind, UserKind } from './kinds.ts';
import { lookupEvent } from './lookup-events.ts';
import { RunningCalls } from './running-calls.ts';
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
  fetch<T>(kind: UserKind<T>, request: CallerRequest): Promise<Outcome<T>>;
  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): Promise<Outcome<T>>;
  /** The copy of another user: its age alone counts, whatever the token of the caller. */
  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid): Promise<Outcome<T>>;
  /**
   * Asks the provider although a copy is fresh, before something is refused by it. `undefined` where the copy is at most
   * `RECHECK_AGE` old, or where the provider was asked so within that time.
   */
  recheck<T>(kind: UserKind<T>, request: CallerRequest): Promise<Outcome<T>> | undefined;
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
}

/** How old a copy may be by which a scope refuses, in milliseconds. */
const RECHECK_AGE = 5_000;

/** Creates the service. */
export function createReads(options: ReadsOptions): Reads {
  return new CachedReads(options);
}

/** What is read: a kind, and the call for it. */
interface Read<T> {
  readonly kind: AnyKind<T>;
  readonly call: ProviderCall<T>;
  readonly teamId: Uuid | undefined;
  /** The user that the call is made for, where the data is about another one. */
  readonly caller?: CallerRequest;
}

class CachedReads implements Reads {
  readonly copies: CachedCopies;
  readonly #options: Required<ReadsOptions>;
  readonly #running = new RunningCalls();

  constructor(options: ReadsOptions) {
    this.#options = { clock: systemClock, emit: ignoreEvents, ...options };
    this.copies = new CachedCopies(this.#options, this.#running);
  }

  fresh<T>(kind: UserKind<T>, request: CallerRequest): T | undefined {
    return this.#fresh(kind, request, undefined);
  }

  freshOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): T | undefined {
    return this.#fresh(kind, request, teamId);
  }

  fetch<T>(kind: UserKind<T>, request: CallerRequest): Promise<Outcome<T>> {
    return this.#fetch({ kind, call: kind.call, teamId: undefined }, request);
  }

  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): Promise<Outcome<T>> {
    return this.#fetch({ kind, call: kind.callOf(teamId), teamId }, request);
  }

  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid): Promise<Outcome<T>> {
    // A copy and a running call are those of the user that they are about, and serve callers with whatever token.
    const { isAnonymous, isRestricted, signal, onCall, budget } = request;
    const call = { signal, onCall, budget };
    const about = { id: userId, token: '', issuedAt: undefined, isAnonymous, isRestricted, ...call };
    return this.#fetch({ kind, call: kind.callAbout(userId), teamId: undefined, caller: request }, about);
  }

  recheck<T>(kind: UserKind<T>, request: CallerRequest): Promise<Outcome<T>> | undefined {
    const read = { kind, call: kind.call, teamId: undefined };
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
  #fetch<T>(read: Read<T>, request: CallerRequest): Promise<Outcome<T>> {
    const fresh = this.#fresh(read.kind, request, read.teamId);
    if (fresh !== undefined) return Promise.resolve({ kind: 'ok', value: fresh });
    return this.#askOrStale(read, request);
  }

  async #askOrStale<T>(read: Read<T>, request: CallerRequest): Promise<Outcome<T>> {
    try {
      const outcome = await this.#ask(read, request);
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

  #ask<T>(read: Read<T>, request: CallerRequest): Promise<Outcome<T>> {
    const running = this.#running.find<T>(read.kind.name, request, read.teamId);
    // Another user's call that waits may wait behind many of that user.
    const mayWait = running && (running.isSent || running.callerId === (read.caller ?? request).id);
    return running?.shared && mayWait
      ? this.#share({ shared: running.shared, token: running.started.token }, read, request)
      : this.#start(read, request).join(request.signal);
  }

  async #share<T>(
    { shared, token }: { readonly shared: SharedCall<Outcome<T>>; readonly token: string },
    read: Read<T>,
    request: CallerRequest,
  ): Promise<Outcome<T>> {
    this.#options.emit(lookupEvent(read.kind.name, 'shared'));
    const outcome = await shared.join(request.signal);
    const isOfToken = outcome.kind === 'expired' || outcome.kind === 'refused';
    if (!isOfToken || token === request.token) return outcome;
    // What the provider says about another token does not hold for this one.
    const other = this.#running.find<T>(read.kind.name, request, read.teamId);
    const own = other?.started.token === request.token ? other.shared : undefined;
    return (own ?? this.#start(read, request)).join(request.signal);
  }

  #start<T>({ kind, call, teamId, caller }: Read<T>, request: CallerRequest): SharedCall<Outcome<T>> {
    const { id, token, isAnonymous, issuedAt, onCall, budget } = request;
    const { clock, emit, timeout, guardedSend } = this.#options;
    budget?.take();
    emit(lookupEvent(kind.name, 'call'));
    const started = {
      id,
      teamId,
      token,
      isAnonymous,
      issuedAt,
      startedAt: clock.monotonic(),
      startedAtWall: clock.wall(),
    };
    return this.#running.start<T>({
      kind: kind.name,
      started,
      callerId: (caller ?? request).id,
      timeout,
      work: (running, signal) => {
        const sent = (name: string) => {
          running.isSent = true;
          onCall?.(name);
        };
        return guardedSend(
          Object.assign({}, call, { caller: caller ?? request, onCall: sent, budget }),
          signal,
        );
      },
      onResult: (running, result) => {
        const outcome = known(kind, result);
        if (outcome.kind === 'ok' && running.isKept) this.copies.of(kind).store(started, outcome.value);
        if (outcome.kind === 'gone') this.copies.forget(running);
        return outcome;
      },
    });
  }
}

/** A user that the provider does not know is no failure where the data is shown to others. */
function known<T>(kind: AnyKind<T>, outcome: Outcome<T>): Outcome<T> {
  return outcome.kind === 'gone' && 'unknown' in kind ? { kind: 'ok', value: kind.unknown } : outcome;
}
