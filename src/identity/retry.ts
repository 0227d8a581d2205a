// A second attempt, where the first one met a connection or a gateway that broke.
import { setTimeout } from 'node:timers/promises';
import type { FetchProfile } from './client.ts';

/** Tries once more after about `pause` milliseconds, give or take half: replicas that failed together must not return so. */
export function withRetry(fetchProfile: FetchProfile, { pause }: { readonly pause: number }): FetchProfile {
  return async (request) => {
    const outcome = await fetchProfile(request);
    if (outcome.kind !== 'unavailable' || !outcome.transient) return outcome;
    const { signal } = request;
    await setTimeout(pause * (0.5 + Math.random()), undefined, signal && { signal }).catch(() => {});
    signal?.throwIfAborted();
    return fetchProfile(request);
  };
}
