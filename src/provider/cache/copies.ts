// What is cached of the provider's users, as those see it who change a user: mutations, webhooks and other replicas.
import type { CopyKind } from '../../core/events.ts';
import type { ClientProfile } from '../profile.ts';

/** What is cached of a user's profile at one moment: another object after each change of the copy. It is only compared. */
export type CachedProfile = object;

/**
 * Cached copies of the provider's data, in this process. What is dropped is not served as a stale copy either, and a call that began before
 * the drop is joined by no later request and not kept.
 */
export interface Copies {
  /** Drops the user's copies of these kinds, or of all kinds where none is named. */
  drop(userId: string, ...kinds: readonly CopyKind[]): void;
  /**
   * Drops, for every user, what shows this team: lists of teams, permissions in teams and profiles that have it, and its
   * members.
   */
  dropTeam(teamId: string): void;
  /** Drops what the user's copies show of this team, where the user's membership has begun, ended or changed. */
  dropMembership(userId: string, teamId: string): void;
  /** Whether the cached list of the user's teams, however old, has this team. */
  showsTeam(userId: string, teamId: string): boolean;
  cachedProfile(userId: string): CachedProfile | undefined;
  /**
   * Changes fields of the user's cached profile. Where none is cached, nothing is kept; its age stays as it is. `before` is what was
   * cached before the change was asked for: where the copy is another one by now, either of the two may be the newer state, and
   * the copy is dropped.
   */
  mergeProfile(userId: string, change: Partial<ClientProfile>, before: CachedProfile | undefined): void;
}
