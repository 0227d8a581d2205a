// The circuit breaker: a provider that fails, or limits us, is left alone for a while and then tried by one call.
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import { type Observe, unobserved } from '../telemetry.ts';
import type { Outcome } from './outcome.ts';

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
  readonly observe?: Observe;
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
  observe = unobserved,
}: BreakerOptions = {}): Breaker {
  let limitedUntil = 0;
  const failing = circuitBreaker(
    handleWhenResult((result) => isOutcome(result) && result.kind === 'unavailable' && !result.nonsense),
    { halfOpenAfter: pause, breaker: new ConsecutiveBreaker(failures) },
  );
  const limited = circuitBreaker(
    handleWhenResult((result) => isOutcome(result) && result.kind === 'limited'),
    // How long is not for cockatiel to say: it would go by the first of several.
    { breaker: new ConsecutiveBreaker(1), halfOpenAfter: 0 },
  );
  const noteLimit = (outcome: Outcome): Outcome => {
    if (outcome.kind === 'limited') {
      const { retryAfter } = outcome;
      const wait = retryAfter === undefined ? limitedPause : retryAfter * 1000;
      limitedUntil = Math.max(limitedUntil, Date.now() + wait);
    }
    return outcome;
  };
  const isLimited = () => Date.now() < limitedUntil;
  const isOpen = ({ state }: { readonly state: CircuitState }) => state !== CircuitState.Closed;

  // A caller never waits for another's trial: cockatiel would hold all of them until it ends.
  const answerInPlace = (): Outcome =>
    isLimited() || isOpen(limited)
      ? { kind: 'limited', retryAfter: Math.max(0, Math.ceil((limitedUntil - Date.now()) / 1000)) }
      : { kind: 'unavailable', cause: new Error('The circuit breaker is open') };

  const state = (): Breaker['state'] => {
    if (failing.state === CircuitState.HalfOpen || limited.state === CircuitState.HalfOpen)
      return 'half-open';
    return isOpen(failing) || isOpen(limited) ? 'open' : 'closed';
  };

  for (const { onStateChange } of [failing, limited])
    onStateChange(() => observe({ kind: 'breaker', state: state() }));

  const refusal = () => (state() === 'half-open' || isLimited() ? answerInPlace() : undefined);

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
      const once = () => {
        called = true;
        return call(trial).then(noteLimit);
      };
      try {
        return await limited.execute(() => failing.execute(once));
      } catch (error) {
        if (called) throw error;
        return answerInPlace();
      }
    },
  };
}
