// The way to a profile: a fresh copy, else one call for all who wait, else a stale copy if it is the provider's fault.
import { type Observe, unobserved } from '../telemetry.ts';
import type { Breaker } from './breaker.ts';
import type { FetchProfile, ProfileRequest } from './client.ts';
import type { Outcome } from './outcome.ts';
import { type Asked, covers, type ProfileCache } from './profile-cache.ts';
import { type SharedCall, startSharedCall } from './shared-call.ts';
import type { Slots } from './slots.ts';

/** `timeout` is the limit of one call with all its waiting and trying again, in milliseconds. */
export interface ProfilesOptions {
  readonly fetchProfile: FetchProfile;
  readonly cache: ProfileCache;
  readonly breaker: Breaker;
  readonly slots: Slots;
  readonly timeout: number;
  readonly now: () => number;
  readonly observe?: Observe;
}

interface CallUnderWay {
  readonly asked: Asked;
  readonly shared: SharedCall<Outcome>;
}

/** Makes the service. It keeps to `FetchProfile`: whoever asks does not notice which way the answer came. */
export function createProfiles({
  fetchProfile,
  cache,
  breaker,
  slots,
  timeout,
  now,
  observe = unobserved,
}: ProfilesOptions): FetchProfile {
  const underWay = new Map<string, CallUnderWay>();

  return async (request) => {
    const fresh = cache.fresh(request);
    if (fresh) {
      observe({ kind: 'profile', from: 'fresh' });
      return { kind: 'profile', profile: fresh };
    }
    const outcome = await ask(request);
    if (outcome.kind !== 'unavailable' && outcome.kind !== 'limited') return outcome;
    const stale = cache.stale(request);
    if (!stale) return outcome;
    observe({ kind: 'profile', from: 'stale' });
    return { kind: 'profile', profile: stale };
  };

  async function ask(request: ProfileRequest): Promise<Outcome> {
    const call = underWay.get(request.id);
    if (!call || !covers(call.asked, request)) return start(request).join(request.signal);
    observe({ kind: 'profile', from: 'shared' });
    const outcome = await call.shared.join(request.signal);
    const isOfToken = outcome.kind === 'expired' || outcome.kind === 'refused';
    if (!isOfToken || call.asked.token === request.token) return outcome;
    // What became of another's token says nothing of this one.
    const other = underWay.get(request.id);
    const mine = other?.asked.token === request.token ? other.shared : start(request);
    return mine.join(request.signal);
  }

  function start(request: ProfileRequest): SharedCall<Outcome> {
    const { id, token, issuedAt } = request;
    observe({ kind: 'profile', from: 'call' });
    const asked = { id, token, issuedAt, startedAt: now() };
    const shared = startSharedCall<Outcome>({
      work: async (signal) => {
        const outcome = await call(request, signal);
        if (outcome.kind === 'profile') cache.keep(asked, outcome.profile);
        if (outcome.kind === 'gone') cache.drop(asked);
        return outcome;
      },
      timeout,
      late: () => ({ kind: 'unavailable', cause: new Error(`No profile within ${timeout} ms`) }),
      ended: () => {
        if (underWay.get(id)?.shared === shared) underWay.delete(id);
      },
    });
    underWay.set(id, { asked, shared });
    return shared;
  }

  async function call(request: ProfileRequest, signal: AbortSignal): Promise<Outcome> {
    const refused = breaker.refusal();
    if (refused) return refused;
    const slot = await slots.take(signal);
    if (!slot) return { kind: 'unavailable', cause: new Error('Too many profiles are being fetched') };
    try {
      return await breaker.run(async (trial) => {
        // A trial goes on when everybody has left: by it the breaker learns whether the provider is back.
        const began = performance.now();
        const asking = fetchProfile({ ...request, signal: trial ? undefined : signal });
        const outcome = await asking.catch((error) => lateOrLeft(error, signal));
        observe({ kind: 'profile-call', outcome: outcome.kind, seconds: (performance.now() - began) / 1000 });
        return outcome;
      });
    } finally {
      slot.free();
    }
  }
}

/** A call that ran into its time limit is a failure of the provider; one that everybody left is nobody's. */
function lateOrLeft(error: unknown, { reason }: AbortSignal): Outcome {
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return { kind: 'unavailable', cause: error };
  throw error;
}
