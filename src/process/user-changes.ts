// Tells streams of subscriptions that the provider's data of their users may have changed: one watch for the process, by user.
import { removeFrom } from '../core/remove-from.ts';
import type { Copies } from '../provider/cache/copies.ts';
import type { ChangeSource, IdentityChange } from '../provider/cache/identity-change.ts';

/**
 * Calls `listener` after changes of the user, once for several where they concern many users. Returns a function that ends this. A
 * read that begins after the call of `listener` shows nothing older than the change.
 */
export type FollowUser = (userId: string, listener: () => void) => () => void;

/** Changes of the users whose streams are open. */
export interface UserChanges {
  readonly follow: FollowUser;
  /** How many changes of teams there were: to be read before a read begins whose teams are noted. */
  readonly teamChanges: number;
  /**
   * Notes that a stream of the user has shown something of these teams: from now on their changes are changes of the user, until
   * the user's last stream ends. `since` is what `teamChanges` was before the read. Changes since then count.
   */
  noteTeams(userId: string, teamIds: readonly string[], since: number): void;
  /** How many users are followed at this moment, and how many teams that they have been shown. */
  readonly followed: { readonly users: number; readonly teams: number };
  /** Stops watching. */
  close(): void;
}

/** What changes are watched by. */
export interface UserChangesOptions {
  readonly copies: Pick<Copies, 'watch'>;
  /** Whether calls to the provider are queued: a change of many users then waits, for a second at most. */
  readonly isBusy: () => boolean;
  /** Whether there is no room for further calls: it then waits until there is. */
  readonly isFull: () => boolean;
}

/** Starts to watch. */
export function startUserChanges(options: UserChangesOptions): UserChanges {
  return new ChangesOfFollowedUsers(options);
}

/**
 * How many users are told at once of a change that concerns many, and the milliseconds until the next. Each event asks the
 * provider: all at the same moment would find no room among the calls to it.
 */
const TURN = { users: 20, pause: 20 };

/** Pauses in a row because calls are queued. One user whose calls are always queued must not keep changes from all others. */
const MAX_PAUSES = 50;

/** Teams that are remembered of one user, those shown last. A list of teams has 1,000 at most. */
const MAX_TEAMS_OF_USER = 10_000;

/** Changes of teams that are remembered. A read that takes longer counts as outdated. */
const MAX_TEAM_CHANGES = 1_000;

interface FollowedUser {
  readonly id: string;
  readonly listeners: (() => void)[];
  /** Teams that the user's streams have shown, in the order in which they were last shown. */
  readonly teams: Set<string>;
  isQueued: boolean;
}

class ChangesOfFollowedUsers implements UserChanges {
  readonly #options: UserChangesOptions;
  readonly #stopWatching: () => void;
  readonly #users = new Map<string, FollowedUser>();
  readonly #usersByTeam = new Map<string, FollowedUser[]>();
  /** The teams of the last changes: the change number n stands at n modulo its length. */
  readonly #changedTeams: string[] = [];
  #queue: FollowedUser[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pauses = 0;
  teamChanges = 0;

  constructor(options: UserChangesOptions) {
    this.#options = options;
    this.#stopWatching = options.copies.watch((change, source) => this.#onChange(change, source));
  }

  readonly follow: FollowUser = (userId, listener) => {
    const user = this.#users.get(userId) ?? {
      id: userId,
      listeners: [],
      teams: new Set<string>(),
      isQueued: false,
    };
    this.#users.set(userId, user);
    user.listeners.push(listener);
    return () => {
      if (removeFrom(user.listeners, listener) && user.listeners.length === 0) this.#forget(user);
    };
  };

  noteTeams(userId: string, teamIds: readonly string[], since: number): void {
    const user = this.#users.get(userId);
    if (!user) return;
    // The provider may list a team twice.
    const shown = [...new Set(teamIds)];
    const added = shown.filter((id) => !user.teams.delete(id));
    for (const teamId of shown) user.teams.add(teamId);
    for (const teamId of added) {
      const users = this.#usersByTeam.get(teamId);
      if (users) users.push(user);
      else this.#usersByTeam.set(teamId, [user]);
    }
    // Teams that the user has left are never shown again.
    for (const teamId of user.teams) {
      if (user.teams.size <= MAX_TEAMS_OF_USER) break;
      this.#forgetTeam(user, teamId);
    }
    if (this.#hasChanged(added, since)) wake(user);
  }

  get followed(): UserChanges['followed'] {
    return { users: this.#users.size, teams: this.#usersByTeam.size };
  }

  close(): void {
    this.#stopWatching();
    clearTimeout(this.#timer);
  }

  #onChange(change: IdentityChange, source: ChangeSource): void {
    // A read of a stream's own event could wake that stream for ever.
    if (source === 'read' || this.#users.size === 0) return;
    if (change.kind === 'all') this.#wakeInTurn([...this.#users.values()]);
    else if (change.kind === 'team') this.#onTeamChange(change.teamId);
    else this.#onUserChange(change.userId);
  }

  #onUserChange(userId: string): void {
    const user = this.#users.get(userId);
    if (user) wake(user);
  }

  #onTeamChange(teamId: string): void {
    this.#changedTeams[this.teamChanges % MAX_TEAM_CHANGES] = teamId;
    this.teamChanges += 1;
    this.#wakeInTurn(this.#usersByTeam.get(teamId) ?? []);
  }

  #hasChanged(teamIds: readonly string[], since: number): boolean {
    if (teamIds.length === 0) return false;
    if (this.teamChanges - since > MAX_TEAM_CHANGES) return true;
    for (let number = since; number < this.teamChanges; number += 1)
      if (teamIds.includes(this.#changedTeams[number % MAX_TEAM_CHANGES] ?? '')) return true;
    return false;
  }

  #wakeInTurn(users: readonly FollowedUser[]): void {
    for (const user of users) {
      if (user.isQueued) continue;
      user.isQueued = true;
      this.#queue.push(user);
    }
    if (!this.#timer) this.#wakeSome();
  }

  #wakeSome(): void {
    this.#timer = undefined;
    if (this.#mayWake()) {
      this.#pauses = 0;
      const turn = this.#queue.slice(0, TURN.users);
      this.#queue = this.#queue.slice(TURN.users);
      // Those that are not queued any more have been told meanwhile.
      for (const user of turn) if (user.isQueued) wake(user);
    }
    if (this.#queue.length > 0) this.#timer = setTimeout(() => this.#wakeSome(), TURN.pause).unref();
  }

  #mayWake(): boolean {
    const { isBusy, isFull } = this.#options;
    if (!isBusy()) return true;
    this.#pauses += 1;
    return this.#pauses > MAX_PAUSES && !isFull();
  }

  #forget(user: FollowedUser): void {
    user.isQueued = false;
    this.#users.delete(user.id);
    for (const teamId of user.teams) this.#forgetTeam(user, teamId);
  }

  #forgetTeam(user: FollowedUser, teamId: string): void {
    user.teams.delete(teamId);
    const users = this.#usersByTeam.get(teamId) ?? [];
    removeFrom(users, user);
    if (users.length === 0) this.#usersByTeam.delete(teamId);
  }
}

function wake(user: FollowedUser): void {
  user.isQueued = false;
  for (const listener of user.listeners) listener();
}
