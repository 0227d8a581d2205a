// The way to a profile: a fresh copy, else one call for all who wait, else a stale copy if it is the provider's fault.
import type { LightAbortSignal } from '../../core/abort-controller.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { FetchProfile, ProfileRequest } from '../client.ts';
import type { Outcome } from '../outcomes.ts';
import type { Breaker } from '../resilience/breaker.ts';
import type { ConcurrencyLimit } from '../resilience/concurrency-limit.ts';
import { type SharedCall, startSharedCall } from '../resilience/shared-call.ts';
import { type Asked, covers, type ProfileCache } from './profile-cache.ts';

/** `timeout` is the limit of one call with all its waiting and trying again, in milliseconds. */
export interface ProfilesOptions {
  readonly fetchProfile: FetchProfile;
  readonly cache: ProfileCache;
  readonly breaker: Breaker;
  readonly slots: ConcurrencyLimit;
  readonly timeout: number;
  readonly now: () => number;
  readonly emit?: Emit;
}

/**
 * What is under way for a user. It is emptied when the call ends: a Map that entries come and go in leaves its old tables
 * to the next full collection, with all that stood in them.
 */
interface UnderWay {
  call: CallUnderWay | undefined;
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
  emit = ignoreEvents,
}: ProfilesOptions): FetchProfile {
  const underWay = new Map<string, UnderWay>();

  return async (request) => {
    const fresh = cache.fresh(request);
    if (fresh) {
      emit(FRESH);
      return { kind: 'profile', profile: fresh };
    }
    const outcome = await ask(request);
    if (outcome.kind !== 'unavailable' && outcome.kind !== 'limited') return outcome;
    const stale = cache.stale(request);
    if (!stale) return outcome;
    emit(STALE);
    return { kind: 'profile', profile: stale };
  };

  function ask(request: ProfileRequest): Promise<Outcome> {
    const call = underWay.get(request.id)?.call;
    return call && covers(call.asked, request) ? share(call, request) : start(request).join(request.signal);
  }

  async function share(call: CallUnderWay, request: ProfileRequest): Promise<Outcome> {
    emit(SHARED);
    const outcome = await call.shared.join(request.signal);
    const isOfToken = outcome.kind === 'expired' || outcome.kind === 'refused';
    if (!isOfToken || call.asked.token === request.token) return outcome;
    // What became of another's token says nothing of this one.
    const other = underWay.get(request.id)?.call;
    const mine = other?.asked.token === request.token ? other.shared : start(request);
    return mine.join(request.signal);
  }

  function start(request: ProfileRequest): SharedCall<Outcome> {
    const { id, token, issuedAt } = request;
    emit(CALL);
    const asked = { id, token, issuedAt, startedAt: now() };
    const mine: UnderWay = { call: undefined };
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
        mine.call = undefined;
        if (underWay.get(id) === mine) underWay.delete(id);
      },
    });
    mine.call = { asked, shared };
    underWay.set(id, mine);
    return shared;
  }

  async function call(request: ProfileRequest, signal: LightAbortSignal): Promise<Outcome> {
    const refused = breaker.refusal();
    if (refused) return refused;
    const taken = slots.take(signal);
    const slot = taken instanceof Promise ? await taken : taken;
    if (!slot) return { kind: 'unavailable', cause: new Error('Too many profiles are being fetched') };
    try {
      return await breaker.run(async (trial) => {
        // A trial goes on when everybody has left: by it the breaker learns whether the provider is back.
        const asking = { ...request };
        asking.signal = trial ? undefined : signal;
        const began = performance.now();
        const outcome = await fetchProfile(asking).catch((error) => lateOrLeft(error, signal));
        emit({ kind: 'profile-call', outcome: outcome.kind, seconds: (performance.now() - began) / 1000 });
        return outcome;
      });
    } finally {
      slot.free();
    }
  }
}

const FRESH = { kind: 'profile', from: 'fresh' } as const;
const STALE = { kind: 'profile', from: 'stale' } as const;
const SHARED = { kind: 'profile', from: 'shared' } as const;
const CALL = { kind: 'profile', from: 'call' } as const;

/** A call that ran into its time limit is a failure of the provider; one that everybody left is nobody's. */
function lateOrLeft(error: unknown, { reason }: LightAbortSignal): Outcome {
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return { kind: 'unavailable', cause: error };
  throw error;
}
