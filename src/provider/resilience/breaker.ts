// The circuit breaker: a provider that fails, or limits us, is left alone for a while and then tried by one call.
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { Outcome } from '../outcomes.ts';

/** Lets calls through, or answers in the provider's place while it is to be left alone. */
export interface Breaker {
  readonly state: 'closed' | 'open' | 'half-open';
  /** The answer in the provider's place while it limits us or is being tried: whoever gets one need not wait for a turn to call. */
  refusal(): Outcome | undefined;
  /**
   * `call` is told whether it is the trial of a breaker that has been open: a trial must come to its end, or nobody
   * knows more than before. What `call` throws counts for nothing while the breaker is closed.
   */
  run(call: (trial: boolean) => Promise<Outcome>): Promise<Outcome>;
}

/** Durations are in milliseconds. */
export interface BreakerOptions {
  /** How many failures in a row open it. */
  readonly failures?: number;
  /** How long it stays open after them. */
  readonly pause?: number;
  /** How long it stays open after a 429 that does not say when to come again. */
  readonly limitedPause?: number;
  readonly emit?: Emit;
}

/** A 429 that was met: `until` is in milliseconds since the epoch, `tried` while a call finds out whether it is over. */
interface Limit {
  readonly until: number;
  tried: boolean;
}

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'kind' in value;

/**
 * Makes a breaker. Failures are `unavailable` without an answer, several in a row; one `limited` opens it for as long as
 * told, and where several were under way, for the longest of what they are told.
 */
export function createBreaker({
  failures = 5,
  pause = 3_000,
  limitedPause = 5_000,
  emit = ignoreEvents,
}: BreakerOptions = {}): Breaker {
  const failing = circuitBreaker(
    handleWhenResult((result) => isOutcome(result) && result.kind === 'unavailable' && !result.nonsense),
    { halfOpenAfter: pause, breaker: new ConsecutiveBreaker(failures) },
  );
  // Of a limit only the provider's clock matters and no count, and it may be told anew while it lasts: it is kept here.
  let limit: Limit | undefined;

  const state = (): Breaker['state'] => {
    if (failing.state === CircuitState.HalfOpen || limit?.tried) return 'half-open';
    return failing.state === CircuitState.Closed && !limit ? 'closed' : 'open';
  };
  const tellState = () => emit({ kind: 'breaker', state: state() });
  failing.onStateChange(tellState);

  function noteLimit(retryAfter: number | undefined): void {
    const wait = retryAfter === undefined ? limitedPause : retryAfter * 1000;
    limit = { until: Math.max(limit?.until ?? 0, Date.now() + wait), tried: false };
    tellState();
  }

  // A caller never waits for another's trial: cockatiel would hold all of them until it ends.
  const answerInPlace = (): Outcome =>
    limit
      ? { kind: 'limited', retryAfter: Math.max(0, Math.ceil((limit.until - Date.now()) / 1000)) }
      : { kind: 'unavailable', cause: new Error('The circuit breaker is open') };

  const isLimited = () => limit !== undefined && Date.now() < limit.until;
  const refusal = () => (state() === 'half-open' || isLimited() ? answerInPlace() : undefined);

  /** Tries whether the limit is over: it is unless the call meets another. */
  async function tryLimit(met: Limit, call: () => Promise<Outcome>): Promise<Outcome> {
    met.tried = true;
    tellState();
    try {
      return await call();
    } finally {
      if (limit === met) {
        limit = undefined;
        tellState();
      }
    }
  }

  return {
    get state() {
      return state();
    },
    refusal,
    async run(call) {
      const refused = refusal();
      if (refused) return refused;
      const trial = state() === 'open';
      let called = false;
      const once = async () => {
        called = true;
        const outcome = await call(trial);
        if (outcome.kind === 'limited') noteLimit(outcome.retryAfter);
        return outcome;
      };
      const execute = () => failing.execute(once);
      try {
        return await (limit ? tryLimit(limit, execute) : execute());
      } catch (error) {
        if (called) throw error;
        return answerInPlace();
      }
    },
  };
}
