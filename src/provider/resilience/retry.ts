// A second attempt, where the first one met a connection or a gateway that broke.
import { type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';
import type { FetchProfile } from '../client.ts';

/** Tries once more after about `pause` milliseconds, give or take half: replicas that failed together must not return so. */
export function withRetry(fetchProfile: FetchProfile, { pause }: { readonly pause: number }): FetchProfile {
  return async (request) => {
    const outcome = await fetchProfile(request);
    if (outcome.kind !== 'unavailable' || !outcome.transient) return outcome;
    await sleep(pause * (0.5 + Math.random()), request.signal);
    return fetchProfile(request);
  };
}

/** Rejects with the signal's reason where that aborts first. */
function sleep(milliseconds: number, signal: LightAbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      letGo?.();
      resolve();
    }, milliseconds);
    const letGo =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
  });
}
