// Copies of profiles, and what each copy is good for.
import { LRUCache } from 'lru-cache';
import type { Profile } from '../profile.ts';

/** A token by which a profile is asked for. `issuedAt` is in seconds since the epoch. */
export interface Asker {
  readonly id: string;
  readonly token: string;
  readonly issuedAt: number | undefined;
}

/** When and by whose token the provider was asked. `startedAt` is in milliseconds since the epoch. */
export interface Asked extends Asker {
  readonly startedAt: number;
}

/** Copies by user. */
export interface ProfileCache {
  /** A copy that shows the user as he is, as far as this token can tell. */
  fresh(asker: Asker): Profile | undefined;
  /** A copy for want of anything better. */
  stale(asker: Asker): Profile | undefined;
  /** Keeps what a call has brought, unless a later call has brought something meanwhile. */
  keep(asked: Asked, profile: Profile): void;
  /** Drops the copy of a user who is gone, and sees to it that no call which began earlier brings it back. */
  drop(asked: Asked): void;
}

/** Durations are in milliseconds; a `ttl` of 0 keeps nothing. */
export interface ProfileCacheOptions {
  readonly ttl: number;
  readonly staleMax: number;
  readonly max: number;
  readonly now: () => number;
}

interface Entry {
  readonly asked: Asked;
  /** Missing for a user who is gone. */
  readonly profile: Profile | undefined;
}

/**
 * Whether what was asked then tells of the time when this token was issued, or of a later one: whoever signs up or
 * refreshes sees himself as he now is. A token carries whole seconds of another clock, so two of one second are told
 * apart by themselves.
 */
export function covers(asked: Asked, { token, issuedAt = 0 }: Asker): boolean {
  const askedWith = asked.issuedAt ?? 0;
  return askedWith > issuedAt || asked.token === token || asked.startedAt >= (issuedAt + 1) * 1000;
}

/** How large copies may be on the average. */
const BYTES_EACH = 8_000;

function roughBytes({ profile, asked }: Entry): number {
  return 1_000 + asked.token.length + (profile?.profileImageUrl?.length ?? 0);
}

/** Makes an empty cache. */
export function createProfileCache({ ttl, staleMax, max, now }: ProfileCacheOptions): ProfileCache {
  // An image may stand in its URL: what many of those would take is bounded as well.
  const entries = new LRUCache<string, Entry>({
    max,
    maxSize: max * BYTES_EACH,
    sizeCalculation: roughBytes,
  });

  function put(asked: Asked, profile: Profile | undefined): void {
    if (ttl === 0) return;
    const held = entries.get(asked.id);
    const heldFrom = held?.asked.startedAt ?? Number.NEGATIVE_INFINITY;
    // Of two calls that began in the same millisecond, the one by which the user is gone has the last word.
    if (heldFrom > asked.startedAt || (heldFrom === asked.startedAt && !held?.profile)) return;
    entries.set(asked.id, { asked, profile });
  }

  return {
    fresh(asker) {
      const held = entries.get(asker.id);
      if (!held || now() - held.asked.startedAt >= ttl || !covers(held.asked, asker)) return undefined;
      return held.profile;
    },
    stale({ id }) {
      const held = entries.get(id);
      return held && now() - held.asked.startedAt <= staleMax ? held.profile : undefined;
    },
    keep: put,
    drop: (asked) => put(asked, undefined),
  };
}
