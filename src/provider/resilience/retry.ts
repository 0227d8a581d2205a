// A second attempt after a connection or a gateway that broke. Only reads have one: a mutation may have been executed.
import { type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';
import type { Send } from '../send.ts';

/**
 * Sends a GET once more after about `pause` milliseconds, give or take half, so that replicas that failed together do not
 * return together. The second attempt takes a call of the request's budget, and is not made where none is left.
 */
export function withRetry(send: Send, { pause }: { readonly pause: number }): Send {
  return async (call, signal) => {
    const outcome = await send(call, signal);
    if (outcome.kind !== 'unavailable' || !outcome.transient || call.method !== 'GET') return outcome;
    if (call.budget && !call.budget.tryTake()) return outcome;
    await sleep(pause * (0.5 + Math.random()), signal);
    return send(call, signal);
  };
}

/** Rejects with the signal's reason where that aborts first. */
function sleep(milliseconds: number, signal: LightAbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening?.();
      resolve();
    }, milliseconds);
    const stopListening =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
  });
}
