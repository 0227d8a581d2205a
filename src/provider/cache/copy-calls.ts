// The calls by which copies are fetched: one for all who wait, after a look into the second layer where there is one.
import type { LightAbortSignal } from '../../core/abort-controller.ts';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Outcome } from '../outcomes.ts';
import type { GuardedSend } from '../resilience/guarded-send.ts';
import type { SharedCall } from '../resilience/shared-call.ts';
import type { CallerRequest, ProviderCall } from '../send.ts';
import type { Uuid } from '../uuid.ts';
import type { CachedCopies } from './cached-copies.ts';
import { covers } from './copy-cache.ts';
import type { AnyKind } from './kinds.ts';
import { lookupEvent } from './lookup-events.ts';
import type { ReadOutcome, RunningCall, RunningCalls } from './running-calls.ts';
import type { Lookup, SecondLayer } from './second-layer.ts';

/** What is read: a kind, and the call for it. */
export interface Read<T> {
  readonly kind: AnyKind<T>;
  readonly call: ProviderCall<T>;
  readonly teamId: Uuid | undefined;
  /** The user that the call is made for, where the data is about another one. */
  readonly caller?: CallerRequest;
  /** In milliseconds, for a copy of the second layer; the TTL where this is absent. */
  readonly maxAge?: number;
}

/** `timeout` is the time limit of one call with all its waits, in milliseconds. */
export interface CopyCallsOptions {
  readonly guardedSend: GuardedSend;
  readonly timeout: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** What the calls fetch is stored there, and what they find to be gone is dropped. */
  readonly copies: CachedCopies;
  readonly running: RunningCalls;
  readonly layer: SecondLayer | undefined;
}

/** The calls of all kinds. */
export class CopyCalls {
  readonly #options: CopyCallsOptions;

  constructor(options: CopyCallsOptions) {
    this.#options = options;
  }

  /** Joins a running call, or starts one. */
  ask<T>(read: Read<T>, request: CallerRequest): Promise<ReadOutcome<T>> {
    const running = this.#options.running.find<T>(read.kind.name, request, read.teamId);
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
    const other = this.#options.running.find<T>(read.kind.name, request, read.teamId);
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
    if (!this.#options.layer) emit(lookupEvent(kind.name, 'call'));
    const started = {
      id,
      teamId,
      token,
      isAnonymous,
      issuedAt,
      startedAt: clock.monotonic(),
      startedAtWall: clock.wall(),
    };
    return this.#options.running.start<T>({
      kind: kind.name,
      started,
      callerId: caller.id,
      timeout,
      work: (running, signal) =>
        this.#options.layer
          ? this.#lookAndCall(this.#options.layer, { read, request, running, signal })
          : this.#call({ read, request, running, signal }),
      onResult: (running, result) => {
        const outcome = known(kind, result);
        if (outcome.kind === 'ok' && running.isKept) this.#keep(kind, running, outcome.value);
        if (outcome.kind === 'gone') this.#options.copies.forget(running);
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
      ((date: string | undefined) => this.#options.layer?.noteDate(lookup, date, running.started.startedAt));
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
    this.#options.copies.of(kind).store(lookup?.copy?.call ?? started, value);
    if (lookup && !lookup.copy) this.#options.layer?.keep(kind, started, { lookup, value });
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
