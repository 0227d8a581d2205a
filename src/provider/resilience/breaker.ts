// The circuit breaker: pauses all calls to a provider that fails or limits us, then tries whether it is back by one call.
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Emit, type EventOf, ignoreEvents } from '../../core/events.ts';
import type { Failure, Outcome } from '../outcomes.ts';
import { type CallUser, FailureCount, failureOf } from './failure-count.ts';
import { growingPause, type Limited, limitedFor } from './limit-pause.ts';
import { openingCause } from './opening-cause.ts';
import { UserPauses } from './user-pauses.ts';

/** Lets calls through, or answers them itself during a pause. */
export interface Breaker {
  readonly state: EventOf<'breaker'>['state'];
  /** The answer that a call for `user` gets during a pause of all users or of this one; `undefined` where it may be made. */
  refusal(user?: CallUser): Failure | undefined;
  /**
   * Makes a call for `user`, unless there is a pause. `trial` says that this call decides whether the pause is over: it must
   * come to its end even if its caller leaves. What a call throws does not count. A `limited` outcome tells the seconds after
   * which this user's calls are made again.
   */
  run<T>(call: (trial: boolean) => Promise<Outcome<T>>, user?: CallUser): Promise<Outcome<T>>;
}

/** Durations are in milliseconds. */
export interface BreakerOptions {
  /** How many failures open it, as `FailureCount` counts them. */
  readonly failures?: number;
  /** How long it then stays open. */
  readonly pause?: number;
  /** How long it stays open after the first 429; twice as long after each further one, up to a minute. */
  readonly limitedPause?: number;
  /** How many failures in a row pause a single user. */
  readonly userFailures?: number;
  /** How long that user is paused: longer than `pause`, so that the next trial is another user's. */
  readonly userPause?: number;
  readonly clock?: Pick<Clock, 'monotonic'>;
  readonly emit?: Emit;
}

/**
 * Creates a closed breaker. It opens when failures of several users have come together without a good answer between them,
 * and for a short time after a `limited` outcome. A user whose own calls fail or are limited is paused alone.
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  return new CircuitBreaker(options);
}

const OPEN: Failure = { kind: 'unavailable', cause: new Error('The circuit breaker is open') };

const isFailure = (outcome: Outcome<unknown>) => {
  const failure = failureOf(outcome);
  return failure !== undefined && failure !== 'unreadable';
};

class CircuitBreaker implements Breaker {
  readonly #options: Required<Omit<BreakerOptions, 'userFailures' | 'userPause'>>;
  readonly #users: UserPauses;
  readonly #failures = new FailureCount();
  /** How many 429s have come, each after the pause of the one before, without a good answer between them. */
  #limits = 0;
  /** The first user whom these concerned, and whether they concerned others as well. */
  #limitedUser: string | undefined;
  #limitIsCommon = false;
  /** The end of the pause after failures, by the monotonic clock; `undefined` while there is none. */
  #failedUntil: number | undefined;
  /** The end of the pause after a 429. */
  #limitedUntil: number | undefined;
  #trialRuns = false;
  #emitted: Breaker['state'] = 'closed';

  constructor({
    failures = 5,
    pause = 3_000,
    limitedPause = 1_000,
    userFailures = 3,
    userPause = 5_000,
    clock = systemClock,
    emit = ignoreEvents,
  }: BreakerOptions) {
    this.#options = { failures, pause, limitedPause, clock, emit };
    this.#users = new UserPauses({ failures: userFailures, pause: userPause });
  }

  get state(): Breaker['state'] {
    if (this.#trialRuns) return 'half-open';
    return this.#failedUntil === undefined && this.#limitedUntil === undefined ? 'closed' : 'open';
  }

  refusal(user?: CallUser): Failure | undefined {
    const now = this.#options.clock.monotonic();
    const own = user && this.#users.refusal(user.id, now);
    const common = this.#commonRefusal(now);
    return own?.kind === 'limited' && common?.kind === 'limited' ? longer(own, common) : (common ?? own);
  }

  async run<T>(call: (trial: boolean) => Promise<Outcome<T>>, user?: CallUser): Promise<Outcome<T>> {
    const refusal = this.refusal(user);
    if (refusal) return refusal;
    const { clock } = this.#options;
    const began = clock.monotonic();
    const isTrial = this.state === 'open';
    const outcome = isTrial ? await this.#try(call, user) : await call(false);
    const ended = clock.monotonic();
    // What fails while the breaker is open is not about this user.
    const isCommon = this.#failedUntil !== undefined && !isTrial && isFailure(outcome);
    const because = user && !isCommon && this.#users.note(user.id, outcome, { now: ended, isTrial });
    if (because) this.#options.emit({ kind: 'user-paused', because });
    if (!isTrial) {
      if (outcome.kind === 'limited') this.#pauseByLimit(outcome, user);
      else if (this.#failedUntil === undefined) this.#count(outcome, { user, began, ended });
    }
    if (outcome.kind !== 'limited') return outcome;
    const told = this.refusal(user);
    return told?.kind === 'limited' ? told : limitedFor(0);
  }

  #commonRefusal(now: number): Failure | undefined {
    if (this.state === 'closed') return undefined;
    const limit = (this.#limitedUntil ?? now) - now;
    if (limit > 0 || (this.#trialRuns && this.#limitedUntil !== undefined)) return limitedFor(limit);
    return this.#trialRuns || now < (this.#failedUntil ?? now) ? OPEN : undefined;
  }

  async #try<T>(call: (trial: boolean) => Promise<Outcome<T>>, user: CallUser): Promise<Outcome<T>> {
    const limitedUntil = this.#limitedUntil;
    const began = this.#options.clock.monotonic();
    this.#trialRuns = true;
    this.#emitState();
    try {
      const outcome = await call(true);
      this.#trialRuns = false;
      // A concurrent call that was limited meanwhile may have extended the pause.
      if (this.#limitedUntil === limitedUntil) this.#limitedUntil = undefined;
      if (outcome.kind === 'limited') this.#pauseByLimit(outcome, user);
      const ended = this.#options.clock.monotonic();
      if (!isFailure(outcome)) this.#close(outcome);
      else if (this.#failedUntil === undefined) this.#count(outcome, { user, began, ended });
      else this.#pauseByFailures(outcome);
      return outcome;
    } finally {
      this.#trialRuns = false;
      this.#emitState();
    }
  }

  #count(outcome: Outcome<unknown>, call: Parameters<FailureCount['add']>[1]): void {
    const failure = failureOf(outcome);
    if (failure) this.#failures.add(failure, call);
    if (!isFailure(outcome)) this.#answered(outcome);
    else if (this.#failures.size >= this.#options.failures) this.#pauseByFailures(outcome);
  }

  #answered(outcome: Outcome<unknown>): void {
    this.#failures.reset();
    if (outcome.kind === 'limited' || this.#limits === 0 || this.#limitedUntil !== undefined) return;
    if (this.#limitIsCommon) this.#users.forgetLimits();
    this.#limits = 0;
    this.#limitIsCommon = false;
  }

  #close(outcome: Outcome<unknown>): void {
    this.#failedUntil = undefined;
    this.#answered(outcome);
    this.#emitState();
  }

  #pauseByFailures(outcome: Outcome<unknown>): void {
    if (this.#failedUntil === undefined) this.#users.forgetFailures();
    this.#failedUntil = this.#options.clock.monotonic() + this.#options.pause;
    this.#emitState(outcome);
  }

  #pauseByLimit(outcome: Limited, user: CallUser): void {
    const { retryAfter } = outcome;
    if (this.#limits === 0) this.#limitedUser = user?.id;
    else if (this.#limitedUser !== user?.id) this.#limitIsCommon = true;
    // Calls that were limited together are one round.
    if (this.#limitedUntil === undefined) this.#limits += 1;
    const longest = growingPause(this.#options.limitedPause, this.#limits);
    const pause = retryAfter === undefined ? longest : Math.min(retryAfter * 1000, longest);
    this.#limitedUntil = Math.max(this.#limitedUntil ?? 0, this.#options.clock.monotonic() + pause);
    this.#emitState(outcome);
  }

  #emitState(outcome?: Outcome<unknown>): void {
    const { state } = this;
    if (state === this.#emitted) return;
    this.#emitted = state;
    const because = outcome && openingCause(outcome);
    this.#options.emit({ kind: 'breaker', state, ...(because !== undefined && { because }) });
  }
}

function longer(one: Limited, other: Limited): Limited {
  return (one.retryAfter ?? 0) > (other.retryAfter ?? 0) ? one : other;
}
