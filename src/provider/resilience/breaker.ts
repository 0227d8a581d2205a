// The circuit breaker: pauses all calls to a provider that fails or limits us, then tries whether it is back by one call.
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Emit, type EventOf, ignoreEvents } from '../../core/events.ts';
import type { Failure, Outcome } from '../outcomes.ts';

/** Lets calls through, or answers them itself during a pause. */
export interface Breaker {
  readonly state: EventOf<'breaker'>['state'];
  /** The answer that a call by `user` gets during a pause; `undefined` where it may be made. */
  refusal(user?: string): Failure | undefined;
  /**
   * Makes a call by `user`, unless there is a pause. `trial` says that this call decides whether the pause is over: it must
   * come to its end even if its caller leaves. What a call throws does not count.
   */
  run<T>(call: (trial: boolean) => Promise<Outcome<T>>, user?: string): Promise<Outcome<T>>;
}

/** Durations are in milliseconds. */
export interface BreakerOptions {
  /** How many failures in a row open it. */
  readonly failures?: number;
  /** How long it then stays open. */
  readonly pause?: number;
  /** How long it stays open after a 429 without `Retry-After`. */
  readonly limitedPause?: number;
  readonly clock?: Pick<Clock, 'monotonic'>;
  readonly emit?: Emit;
}

/**
 * Creates a closed breaker. It opens after several `unavailable` outcomes in a row, other than unreadable ones, and after
 * one `limited`: for as long as `Retry-After` says, and where concurrent calls get different times, for the
 * longest.
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  return new CircuitBreaker(options);
}

const OPEN: Failure = { kind: 'unavailable', cause: new Error('The circuit breaker is open') };

const isFailure = (outcome: Outcome<unknown>) => outcome.kind === 'unavailable' && !outcome.unreadable;

class CircuitBreaker implements Breaker {
  readonly #options: Required<BreakerOptions>;
  #failuresInRow = 0;
  /** The end of the pause after failures, by the monotonic clock; `undefined` while there is none. */
  #failedUntil: number | undefined;
  /** The end of the pause after a 429. */
  #limitedUntil: number | undefined;
  #trialRuns = false;
  #emitted: Breaker['state'] = 'closed';

  constructor({
    failures = 5,
    pause = 3_000,
    limitedPause = 5_000,
    clock = systemClock,
    emit = ignoreEvents,
  }: BreakerOptions) {
    this.#options = { failures, pause, limitedPause, clock, emit };
  }

  get state(): Breaker['state'] {
    if (this.#trialRuns) return 'half-open';
    return this.#failedUntil === undefined && this.#limitedUntil === undefined ? 'closed' : 'open';
  }

  refusal(_user?: string): Failure | undefined {
    const { state } = this;
    if (state === 'closed') return undefined;
    const now = this.#options.clock.monotonic();
    const limitedFor = (this.#limitedUntil ?? now) - now;
    if (limitedFor > 0 || (this.#trialRuns && this.#limitedUntil !== undefined))
      return { kind: 'limited', retryAfter: Math.max(0, Math.ceil(limitedFor / 1000)) };
    return this.#trialRuns || now < (this.#failedUntil ?? now) ? OPEN : undefined;
  }

  async run<T>(call: (trial: boolean) => Promise<Outcome<T>>, user?: string): Promise<Outcome<T>> {
    const refusal = this.refusal(user);
    if (refusal) return refusal;
    if (this.state === 'open') return this.#try(call);
    const outcome = await call(false);
    if (outcome.kind === 'limited') this.#pauseByLimit(outcome.retryAfter);
    else if (this.#failedUntil === undefined) this.#count(outcome);
    return outcome;
  }

  async #try<T>(call: (trial: boolean) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const limitedUntil = this.#limitedUntil;
    this.#trialRuns = true;
    this.#emitState();
    try {
      const outcome = await call(true);
      this.#trialRuns = false;
      // A concurrent call that was limited meanwhile may have extended the pause.
      if (this.#limitedUntil === limitedUntil) this.#limitedUntil = undefined;
      if (outcome.kind === 'limited') this.#pauseByLimit(outcome.retryAfter);
      if (!isFailure(outcome)) this.#close();
      else if (this.#failedUntil === undefined) this.#count(outcome);
      else this.#pauseByFailures();
      return outcome;
    } finally {
      this.#trialRuns = false;
      this.#emitState();
    }
  }

  #count(outcome: Outcome<unknown>): void {
    this.#failuresInRow = isFailure(outcome) ? this.#failuresInRow + 1 : 0;
    if (this.#failuresInRow >= this.#options.failures) this.#pauseByFailures();
  }

  #close(): void {
    this.#failuresInRow = 0;
    this.#failedUntil = undefined;
    this.#emitState();
  }

  #pauseByFailures(): void {
    this.#failedUntil = this.#options.clock.monotonic() + this.#options.pause;
    this.#emitState();
  }

  #pauseByLimit(retryAfter: number | undefined): void {
    const pause = retryAfter === undefined ? this.#options.limitedPause : retryAfter * 1000;
    this.#limitedUntil = Math.max(this.#limitedUntil ?? 0, this.#options.clock.monotonic() + pause);
    this.#emitState();
  }

  #emitState(): void {
    const { state } = this;
    if (state === this.#emitted) return;
    this.#emitted = state;
    this.#options.emit({ kind: 'breaker', state });
  }
}
