// Profiles: from the cache while fresh, else by one call for all who wait, else stale while the provider fails.
import { type Clock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { type Emit, ignoreEvents } from '../../core/events.ts';
import { TurnQueue } from '../../core/turn-queue.ts';
import type { Outcome } from '../outcomes.ts';
import { type FetchProfile, type Profile, type ProfileRequest, profileCall } from '../profile.ts';
import type { GuardedSend } from '../resilience/guarded-send.ts';
import { type SharedCall, startSharedCall } from '../resilience/shared-call.ts';
import { covers, type FetchedWith, type ProfileCache } from './profile-cache.ts';

/** `timeout` is the time limit of one call with all its waits, in milliseconds. */
export interface ProfilesOptions {
  readonly guardedSend: GuardedSend;
  readonly cache: ProfileCache;
  readonly timeout: number;
  readonly clock?: Clock;
  readonly emit?: Emit;
}

/**
 * The running call of a user. It is emptied when the call ends: a Map whose entries come and go leaves its old tables to the
 * next full collection, with everything that was in them.
 */
interface Running {
  call: RunningCall | undefined;
}

interface RunningCall {
  readonly started: FetchedWith;
  readonly shared: SharedCall<Outcome<Profile>>;
}

/** Creates the service. */
export function createProfiles({
  guardedSend,
  cache,
  timeout,
  clock = systemClock,
  emit = ignoreEvents,
}: ProfilesOptions): FetchProfile {
  const running = new Map<string, Running>();
  const turns = new TurnQueue();

  return async (request) => {
    const fresh = cache.fresh(request);
    if (fresh) {
      emit(FRESH);
      return { kind: 'ok', value: fresh };
    }
    try {
      const outcome = await ask(request);
      if (outcome.kind !== 'unavailable' && outcome.kind !== 'limited') return outcome;
      return staleOf(request) ?? outcome;
    } catch (error) {
      // A call that a rate limit of ours refuses, rather than one of the provider's.
      const stale = error instanceof AppError && error.code === 'RATE_LIMITED' ? staleOf(request) : undefined;
      if (!stale) throw error;
      return stale;
    }
  };

  function staleOf(request: ProfileRequest): Outcome<Profile> | undefined {
    const stale = cache.stale(request);
    if (!stale) return undefined;
    emit(STALE);
    return { kind: 'ok', value: stale };
  }

  function ask(request: ProfileRequest): Promise<Outcome<Profile>> {
    const call = running.get(request.id)?.call;
    return call && covers(call.started, request) ? share(call, request) : start(request).join(request.signal);
  }

  async function share(call: RunningCall, request: ProfileRequest): Promise<Outcome<Profile>> {
    emit(SHARED);
    const outcome = await call.shared.join(request.signal);
    await turns.next();
    const isOfToken = outcome.kind === 'expired' || outcome.kind === 'refused';
    if (!isOfToken || call.started.token === request.token) return outcome;
    // What the provider says about another token does not hold for this one.
    const other = running.get(request.id)?.call;
    const own = other?.started.token === request.token ? other.shared : start(request);
    return own.join(request.signal);
  }

  function start(request: ProfileRequest): SharedCall<Outcome<Profile>> {
    const { id, token, isAnonymous, issuedAt } = request;
    request.budget?.take();
    emit(CALL);
    const started = {
      id,
      token,
      isAnonymous,
      issuedAt,
      startedAt: clock.monotonic(),
      startedAtWall: clock.wall(),
    };
    const own: Running = { call: undefined };
    const shared = startSharedCall<Outcome<Profile>>({
      work: async (signal) => {
        const outcome = await guardedSend(profileCall(request), signal);
        if (outcome.kind === 'ok') cache.store(started, outcome.value);
        if (outcome.kind === 'gone') cache.drop(started);
        return outcome;
      },
      timeout,
      onTimeout: () => ({ kind: 'unavailable', cause: new Error(`No profile within ${timeout} ms`) }),
      onEnd: () => {
        own.call = undefined;
        if (running.get(id) === own) running.delete(id);
      },
    });
    own.call = { started, shared };
    running.set(id, own);
    return shared;
  }
}

const FRESH = { kind: 'profile', from: 'fresh' } as const;
const STALE = { kind: 'profile', from: 'stale' } as const;
const SHARED = { kind: 'profile', from: 'shared' } as const;
const CALL = { kind: 'profile', from: 'call' } as const;
