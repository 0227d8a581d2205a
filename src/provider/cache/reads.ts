// Reads of what is cached: from a copy while it is fresh, else by one call for all who wait, else stale while the provider fails.
import type { LightAbortSignal } from '../../core/abort-controller.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { CopyStore } from '../../store/copy-store.ts';
import type { Outcome } from '../outcomes.ts';
import type { GuardedSend } from '../resilience/guarded-send.ts';
import type { SharedCall } from '../resilience/shared-call.ts';
import type { CallerRequest, ProviderCall } from '../send.ts';
import type { Uuid } from '../uuid.ts';
import { CachedCopies } from './cached-copies.ts';
import type { Copies } from './copies.ts';
import { covers } from './copy-cache.ts';
import type { EvictionChannel } from './eviction-channel.ts';
import type { AnyKind, SharedKind, TeamKind, UserKind } from './kinds.ts';
import { lookupEvent } from './lookup-events.ts';
import { type ReadOutcome, type RunningCall, RunningCalls } from './running-calls.ts';
import { type Lookup, SecondLayer } from './second-layer.ts';
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

/** What is read: a kind, and the call for it. */
interface Read<T> {
  readonly kind: AnyKind<T>;
  readonly call: ProviderCall<T>;
  readonly teamId: Uuid | undefined;
  /** The user that the call is made for, where the data is about another one. */
  readonly caller?: CallerRequest;
  /** In milliseconds, for a copy of the second layer; the TTL where this is absent. */
  readonly maxAge?: number;
}

class CachedReads implements Reads {
  readonly copies: CachedCopies;
  readonly #options: Required<Omit<ReadsOptions, 'shared'>>;
  readonly #running = new RunningCalls();
  readonly #layer: SecondLayer | undefined;

  constructor({ shared, ...options }: ReadsOptions) {
    this.#options = { clock: systemClock, emit: ignoreEvents, ...options };
    this.copies = new CachedCopies({ ...this.#options, channel: shared?.channel }, this.#running);
    shared?.channel.listen((change, source) => this.copies.hear(change, source));
    // Without copies there are changes to tell all the same: streams show them.
    this.#layer = shared && options.ttl > 0 ? new SecondLayer({ ...this.#options, ...shared }) : undefined;
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

  #ask<T>(read: Read<T>, request: CallerRequest): Promise<ReadOutcome<T>> {
    const running = this.#running.find<T>(read.kind.name, request, read.teamId);
    // Another user's call that waits may wait behind many of that user.
    const mayWait = running && (running.isSent || running.callerId === (read.caller ?? request).id);
    return running?.shared && mayWait
      ? this.#share({ shared: running.shared, running }, read, request)
      : this.#start(read, request).join(request.signal);
  }

  async #share<T>(
    { shared, running }: { readonly shared: SharedCall<ReadOutcome<T>>; readonly running: RunningCall<T> },
    read: Read<T>,
    request: CallerRequest,
  ): Promise<ReadOutcome<T>> {
    this.#options.emit(lookupEvent(read.kind.name, 'shared'));
    const outcome = await shared.join(request.signal);
    const { token } = running.started;
    const isOfToken = outcome.kind === 'expired' || outcome.kind === 'refused';
    // What the provider says about another token does not hold for this one, nor may a copy that the other was served.
    const isForOther = (isOfToken && token !== request.token) || !this.#mayUse(running.lookup, read, request);
    if (!isForOther) return outcome;
    const other = this.#running.find<T>(read.kind.name, request, read.teamId);
    const own =
      other?.started.token === request.token && read.maxAge === undefined ? other.shared : undefined;
    return (own ?? this.#start(read, request)).join(request.signal);
  }

  /** Whether this request may be answered by what another one found in the second layer. */
  #mayUse(lookup: Lookup<unknown> | undefined, { maxAge }: Read<unknown>, request: CallerRequest): boolean {
    const call = lookup?.copy?.call;
    if (call === undefined) return true;
    const isYoung = maxAge === undefined || this.#options.clock.monotonic() - call.startedAt <= maxAge;
    return isYoung && covers(call, request);
  }

  #start<T>(read: Read<T>, request: CallerRequest): SharedCall<ReadOutcome<T>> {
    const { kind, teamId, caller = request } = read;
    const { id, token, isAnonymous, issuedAt, budget } = request;
    const { clock, emit, timeout } = this.#options;
    // Also where the second layer has a copy, which is not known yet.
    budget?.take();
    if (!this.#layer) emit(lookupEvent(kind.name, 'call'));
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
      callerId: caller.id,
      timeout,
      work: (running, signal) =>
        this.#layer
          ? this.#lookAndCall(this.#layer, { read, request, running, signal })
          : this.#call({ read, request, running, signal }),
      onResult: (running, result) => {
        const outcome = known(kind, result);
        if (outcome.kind === 'ok' && running.isKept) this.#keep(kind, running, outcome.value);
        if (outcome.kind === 'gone') this.copies.forget(running);
        return outcome;
      },
    });
  }

  #call<T>({ read, request, running, signal }: Work<T>): Promise<Outcome<T>> {
    const { call, caller = request } = read;
    const { onCall, budget } = request;
    const sent = (name: string) => {
      running.isSent = true;
      onCall?.(name);
    };
    const { lookup } = running;
    const onDate =
      lookup &&
      ((date: string | undefined) => this.#layer?.noteDate(lookup, date, running.started.startedAt));
    return this.#options.guardedSend(
      Object.assign({}, call, { caller, onCall: sent, budget, onDate }),
      signal,
    );
  }

  /** A read of the second layer is part of the running call, so that a drop meanwhile detaches it as well. */
  async #lookAndCall<T>(layer: SecondLayer, work: Work<T>): Promise<ReadOutcome<T>> {
    const { read, request, running, signal } = work;
    const { kind, teamId, maxAge } = read;
    const lookup = await layer.look(kind, request, { teamId, isCopyWanted: maxAge === undefined });
    running.lookup = lookup;
    const { emit } = this.#options;
    emit(lookupEvent(kind.name, lookup.copy ? 'redis' : 'call'));
    if (lookup.copy) return { kind: 'ok', value: lookup.copy.value, isCopy: true };
    if (signal.aborted) throw signal.reason;
    return this.#call(work);
  }

  #keep<T>(kind: AnyKind<T>, { started, lookup }: RunningCall<T>, value: T): void {
    this.copies.of(kind).store(lookup?.copy?.call ?? started, value);
    if (lookup && !lookup.copy) this.#layer?.keep(kind, started, { lookup, value });
  }
}

/** The work of a running call. */
interface Work<T> {
  readonly read: Read<T>;
  readonly request: CallerRequest;
  readonly running: RunningCall<T>;
  readonly signal: LightAbortSignal;
}

/** A user that the provider does not know is no failure where the data is shown to others. */
function known<T>(kind: AnyKind<T>, outcome: ReadOutcome<T>): ReadOutcome<T> {
  return outcome.kind === 'gone' && 'unknown' in kind ? { kind: 'ok', value: kind.unknown } : outcome;
}
