// Sends a mutation: at most once, and to its end even if its client leaves.
import { LightAbortController, onAbort } from '../core/abort-controller.ts';
import type { CallOptions, Provider } from './client.ts';
import type { Outcome } from './outcomes.ts';

/** A mutation that came to its end. `wasSent` says that the provider may have executed it, whatever the outcome. */
export interface SentOnce<T> {
  readonly outcome: Outcome<T>;
  readonly wasSent: boolean;
}

/**
 * A client that leaves, or the end of the request's time, cancels a mutation that waits for its turn; one that has been sent
 * is waited for until its own time limit. To break it off would undo nothing: the provider may have executed it, and neither
 * the audit line nor the copies of the user's data would be right.
 *
 * Rejects as `Provider.call`; nothing was sent then.
 */
export async function sendOnce<T>(
  provider: Pick<Provider, 'call'>,
  { signal, onCall, ...call }: CallOptions<T>,
): Promise<SentOnce<T>> {
  const waiting = new LightAbortController();
  let wasSent = false;
  const stopListening =
    signal &&
    onAbort(signal, () => {
      if (!wasSent) waiting.abort(signal.reason);
    });
  try {
    const outcome = await provider.call({
      ...call,
      signal: waiting,
      onCall: (name) => {
        wasSent = true;
        onCall?.(name);
      },
    });
    return { outcome, wasSent };
  } finally {
    stopListening?.();
  }
}
