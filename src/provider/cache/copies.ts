// What is cached of the provider's users, as those see it who change a user: mutations, webhooks and other replicas.
import type { ClientProfile } from '../profile.ts';
import type { ChangeListener, ChangeSource, IdentityChange } from './identity-change.ts';

/** What is cached of a user's profile at one moment: another object after each change of the copy. It is only compared. */
export type CachedProfile = object;

/** Cached copies of the provider's data, in this process. */
export interface Copies {
  /**
   * Drops what the change makes wrong, and calls the listeners. What is dropped is not served as a stale copy either, and a call
   * that began before the drop is joined by no later request and not kept.
   */
  drop(change: IdentityChange, source: ChangeSource): void;
  /** Whether the cached list of the user's teams, however old, has this team. */
  showsTeam(userId: string, teamId: string): boolean;
  cachedProfile(userId: string): CachedProfile | undefined;
  /**
   * Changes fields of the user's cached profile as a mutation left them, and calls the listeners. Where none is cached, nothing is
   * kept; its age stays as it is. `before` is what was cached before the change was asked for: where the copy is another one by
   * now, either of the two may be the newer state, and the copy is dropped.
   */
  mergeProfile(userId: string, change: Partial<ClientProfile>, before: CachedProfile | undefined): void;
  /** Adds a listener to all changes. Returns a function that removes it. */
  watch(listener: ChangeListener): () => void;
}
