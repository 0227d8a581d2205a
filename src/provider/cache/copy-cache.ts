// Cached copies of one kind, and what each of them may be used for.

import { bytesOfText } from '../../core/bytes-of-text.ts';
import type { Clock } from '../../core/clock.ts';
import type { DroppedTeams } from './dropped-teams.ts';
import type { CacheMatcher, SizedCache } from './sized-cache.ts';

/** A token for which a copy is needed. `issuedAt` is in seconds since the epoch. */
export interface TokenOfUser {
  readonly id: string;
  readonly token: string;
  readonly issuedAt: number | undefined;
}

/** The call that fetched a copy: its token, and its start by the monotonic and by the wall clock. */
export interface FetchedWith extends TokenOfUser {
  /** The team, for kinds that are cached for each team of a user. */
  readonly teamId?: string | undefined;
  readonly isAnonymous: boolean;
  readonly startedAt: number;
  readonly startedAtWall: number;
}

/** The cached copies of one kind, of all users. */
export interface CopyCache<T> {
  /** A copy that is younger than the TTL and shows the user as this token's user may expect. */
  fresh(token: TokenOfUser, teamId?: string): T | undefined;
  /** A copy up to the stale maximum, for a time when the provider fails. */
  stale(token: TokenOfUser, teamId?: string): T | undefined;
  /**
   * Notes that the provider is asked again although a copy may be fresh. Returns false where the copy is not older than
   * `age` milliseconds, or where that was noted within them.
   */
  noteRecheck(token: TokenOfUser, age: number): boolean;
  /** Stores a result, unless a call that began later has stored one. */
  store(call: FetchedWith, value: T): void;
  /** Drops the copy of a deleted user. No call that began earlier stores it again. */
  drop(call: FetchedWith): void;
  /** Deletes the copy of a user, or that of a user and a team. */
  delete(userId: string, teamId?: string): void;
  /** Names all copies to `SizedCache.deleteOf`. */
  readonly section: object;
  /** Names the copies that show a dropped team, to `SizedCache.deleteWhere`. The others have been judged then. */
  readonly outdated: CacheMatcher;
  /** Deletes the copy of a user where it matches. */
  deleteIf(userId: string, matches: (value: T) => boolean): void;
  /** Whether there is a copy of the user, however old, that matches. */
  has(userId: string, matches: (value: T) => boolean): boolean;
  /** What is held of a user: another object after each change. */
  held(userId: string): object | undefined;
  /** Replaces a copy by a changed one of the same age, where there is one. */
  change(userId: string, change: (value: T) => T): void;
}

/** Durations are in milliseconds. With a `ttl` of 0 nothing is stored. */
export interface CopyCacheOptions<T> {
  /** `bytesOf` estimates the memory of a value; `shows` tells whether it shows a team of which `is` is true. */
  readonly kind: {
    readonly name: string;
    bytesOf(value: T): number;
    shows?(value: T, is: (teamId: string) => boolean): boolean;
  };
  readonly dropped: DroppedTeams;
  readonly ttl: number;
  readonly staleMax: number;
  readonly cache: SizedCache;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Entry<T> {
  readonly call: FetchedWith;
  /** Absent for a deleted user. */
  readonly copy: { readonly value: T } | undefined;
  recheckedAt: number;
  /** The last drop of a team when it was known that this copy shows none that was dropped. */
  judgedAt: number;
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

/** The objects around a copy, and the call's own texts but for the token, in bytes. */
const ENTRY_BYTES = 260;

/** Creates the section of one kind in `cache`. */
export function createCopyCache<T>(options: CopyCacheOptions<T>): CopyCache<T> {
  const { kind, ttl, staleMax, cache, clock, dropped } = options;
  const entries = cache.section<Entry<T>>(
    ({ copy, call }) => ENTRY_BYTES + bytesOfText(call.token) + (copy ? kind.bytesOf(copy.value) : 0),
  );

  const ageOf = ({ call }: Entry<T>) => clock.monotonic() - call.startedAt;

  /** Whether a dropped team is shown. A deleted user stays deleted. */
  function isOutdated(entry: Entry<T>): boolean {
    const { judgedAt, copy, call } = entry;
    if (judgedAt === dropped.last) return false;
    entry.judgedAt = dropped.last;
    if (!copy) return false;
    const is = (teamId: string) => dropped.isDroppedSince(teamId, judgedAt);
    return (call.teamId !== undefined && is(call.teamId)) || kind.shows?.(copy.value, is) === true;
  }

  function look(userId: string, teamId?: string): Entry<T> | undefined {
    const held = entries.get(userId, teamId);
    if (held === undefined || held.judgedAt === dropped.last || !isOutdated(held)) return held;
    entries.delete(userId, teamId);
    return undefined;
  }

  function put(call: FetchedWith, copy: Entry<T>['copy']): void {
    if (ttl === 0) return;
    const held = look(call.id, call.teamId);
    const heldSince = held?.call.startedAt ?? Number.NEGATIVE_INFINITY;
    // Of two calls that began in the same millisecond, the one that found the user deleted counts.
    if (heldSince > call.startedAt || (heldSince === call.startedAt && !held?.copy)) return;
    entries.set(call, { call, copy, recheckedAt: Number.NEGATIVE_INFINITY, judgedAt: dropped.last });
  }

  function has(userId: string, matches: (value: T) => boolean): boolean {
    const held = look(userId);
    return held?.copy !== undefined && matches(held.copy.value);
  }

  return {
    fresh(token, teamId) {
      const held = look(token.id, teamId);
      return held && ageOf(held) < ttl && covers(held.call, token) ? held.copy?.value : undefined;
    },
    stale({ id }, teamId) {
      const held = look(id, teamId);
      return held && ageOf(held) <= staleMax ? held.copy?.value : undefined;
    },
    noteRecheck({ id }, age) {
      const held = look(id);
      if (!held) return true;
      const now = clock.monotonic();
      if (now - Math.max(held.call.startedAt, held.recheckedAt) <= age) return false;
      held.recheckedAt = now;
      return true;
    },
    store: (call, value) => put(call, { value }),
    drop: (call) => put(call, undefined),
    delete: (userId, teamId) => entries.delete(userId, teamId),
    section: entries,
    outdated: { section: entries, matches: isOutdated },
    deleteIf(userId, matches) {
      if (has(userId, matches)) entries.delete(userId);
    },
    has,
    held: look,
    change(userId, change) {
      const held = look(userId);
      if (!held?.copy) return;
      const copy = { value: change(held.copy.value) };
      const { call, recheckedAt, judgedAt } = held;
      entries.set(call, { call, copy, recheckedAt, judgedAt });
    },
  };
}
