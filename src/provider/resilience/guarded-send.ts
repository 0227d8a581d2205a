// What stands before every call to the provider: the breaker, the concurrency limit and the second attempt.
import type { LightAbortSignal } from '../../core/abort-controller.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { Failure, Outcome } from '../outcomes.ts';
import type { ProviderCall, Send } from '../send.ts';
import type { Breaker } from './breaker.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { withRetry } from './retry.ts';

/** Makes a call within the time limit of its signal: its wait for a slot and its second attempt end by it as well. */
export type GuardedSend = <T>(call: ProviderCall<T>, signal: LightAbortSignal) => Promise<Outcome<T>>;

/** `retryPause` is in milliseconds. */
export interface GuardOptions {
  readonly send: Send;
  readonly breaker: Breaker;
  readonly limit: ConcurrencyLimit;
  readonly retryPause: number;
  readonly clock?: Pick<Clock, 'monotonic'>;
  readonly emit?: Emit;
}

/** A call whose turn it is. */
interface Turn {
  /** Whether by this call the breaker tries if the provider is back. */
  readonly trial: boolean;
  readonly signal: LightAbortSignal;
}

const TOO_MANY: Failure = {
  kind: 'unavailable',
  cause: new Error('Too many calls to the provider are queued'),
};

const NO_SLOT = { kind: 'call-refused', because: 'queue-full' } as const;
const NO_ANONYMOUS_SLOT = { kind: 'call-refused', because: 'anonymous-share' } as const;

/** Creates the guarded sender. All calls of the process go through one of it. */
export function createGuardedSend({
  send,
  breaker,
  limit,
  retryPause,
  clock = systemClock,
  emit = ignoreEvents,
}: GuardOptions): GuardedSend {
  const sendTwice = withRetry(send, { pause: retryPause });

  async function sendNow<T>(call: ProviderCall<T>, { trial, signal }: Turn): Promise<Outcome<T>> {
    const began = clock.monotonic();
    let outcome: Outcome<T>;
    try {
      // A trial goes on when its callers have left: by it the breaker learns whether the provider is back.
      outcome = await sendTwice(call, trial ? undefined : signal);
    } catch (error) {
      outcome = timedOut(error, signal);
    }
    const seconds = (clock.monotonic() - began) / 1000;
    const refusal = outcome.kind === 'refused' ? outcome.knownError : undefined;
    emit({ kind: 'provider-call', access: call.access, outcome: outcome.kind, seconds, refusal });
    return outcome;
  }

  return async (call, signal) => {
    const user = call.caller;
    // Asked before the queue, so that a call that cannot be made does not wait for a slot.
    const refusal = breaker.refusal(user);
    if (refusal) return refusal;
    const taken = limit.take(signal, user);
    const slot = taken instanceof Promise ? await taken : taken;
    if (!slot) {
      emit(user?.isAnonymous && !limit.isFull ? NO_ANONYMOUS_SLOT : NO_SLOT);
      return TOO_MANY;
    }
    try {
      return await breaker.run((trial) => sendNow(call, { trial, signal }), user);
    } finally {
      slot.free();
    }
  };
}

/** A call that ran into its time limit is a failure of the provider. One whose callers have all left is none. */
function timedOut(error: unknown, { reason }: LightAbortSignal): Failure {
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return { kind: 'unavailable', cause: error, trouble: 'timeout' };
  throw error;
}
