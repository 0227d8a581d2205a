// Cached profiles, and what each of them may be used for.

import { bytesOfText } from '../../core/bytes-of-text.ts';
import type { Clock } from '../../core/clock.ts';
import { bytesOfProfile, type Profile } from '../profile.ts';
import type { SizedCache } from './sized-cache.ts';

/** A token for which a profile is needed. `issuedAt` is in seconds since the epoch. */
export interface TokenOfUser {
  readonly id: string;
  readonly token: string;
  readonly issuedAt: number | undefined;
}

/** The call that fetched a profile: its token, and its start by the monotonic and by the wall clock. */
export interface FetchedWith extends TokenOfUser {
  readonly isAnonymous: boolean;
  readonly startedAt: number;
  readonly startedAtWall: number;
}

/** The cached profiles of all users. */
export interface ProfileCache {
  /** A profile that is younger than the TTL and shows the user as this token's user may expect. */
  fresh(token: TokenOfUser): Profile | undefined;
  /** A profile up to the stale maximum, for a time when the provider fails. */
  stale(token: TokenOfUser): Profile | undefined;
  /** Stores a result, unless a call that began later has stored one. */
  store(call: FetchedWith, profile: Profile): void;
  /** Drops the profile of a deleted user. No call that began earlier stores it again. */
  drop(call: FetchedWith): void;
}

/** Durations are in milliseconds. With a `ttl` of 0 nothing is stored. */
export interface ProfileCacheOptions {
  readonly ttl: number;
  readonly staleMax: number;
  readonly cache: SizedCache;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Entry {
  readonly call: FetchedWith;
  /** `undefined` for a deleted user. */
  readonly profile: Profile | undefined;
}

/**
 * Whether a call shows the user as of the token's issue or later: after signing up or refreshing, a user sees the changes
 * that came with the new token. `iat` has whole seconds of another clock, so two different tokens of the same second do not
 * share a result.
 */
export function covers(call: FetchedWith, { token, issuedAt = 0 }: TokenOfUser): boolean {
  const callIssuedAt = call.issuedAt ?? 0;
  return callIssuedAt > issuedAt || call.token === token || call.startedAtWall >= (issuedAt + 1) * 1000;
}

/** The objects around a profile, and the call's own texts but for the token, in bytes. */
const ENTRY_BYTES = 240;

function bytesOf({ profile, call }: Entry): number {
  return ENTRY_BYTES + bytesOfText(call.token) + (profile ? bytesOfProfile(profile) : 0);
}

/** Creates the profiles' section of `cache`. */
export function createProfileCache({ ttl, staleMax, cache, clock }: ProfileCacheOptions): ProfileCache {
  const entries = cache.section<Entry>('profile', bytesOf);

  const ageOf = ({ call }: Entry) => clock.monotonic() - call.startedAt;

  function put(call: FetchedWith, profile: Profile | undefined): void {
    if (ttl === 0) return;
    const held = entries.get(call.id);
    const heldSince = held?.call.startedAt ?? Number.NEGATIVE_INFINITY;
    // Of two calls that began in the same millisecond, the one that found the user deleted counts.
    if (heldSince > call.startedAt || (heldSince === call.startedAt && !held?.profile)) return;
    entries.set(call.id, { call, profile }, call);
  }

  return {
    fresh(token) {
      const held = entries.get(token.id);
      return held && ageOf(held) < ttl && covers(held.call, token) ? held.profile : undefined;
    },
    stale({ id }) {
      const held = entries.get(id);
      return held && ageOf(held) <= staleMax ? held.profile : undefined;
    },
    store: put,
    drop: (call) => put(call, undefined),
  };
}
