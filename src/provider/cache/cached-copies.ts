// The cached copies of all kinds: those who change a user drop or change them, together with the calls that would bring them back.
import type { Clock } from '../../core/clock.ts';
import { COPY_KINDS, type CopyKind } from '../../core/events.ts';
import { removeFrom } from '../../core/remove-from.ts';
import type { ClientProfile } from '../profile.ts';
import type { CachedProfile, Copies } from './copies.ts';
import { type CopyCache, createCopyCache } from './copy-cache.ts';
import { DroppedTeams } from './dropped-teams.ts';
import type { EvictionChannel } from './eviction-channel.ts';
import type { ChangeListener, ChangeSource, IdentityChange } from './identity-change.ts';
import { type AnyKind, isOfTeam, KINDS, mayShowTeams, PROFILE, PUBLIC_PROFILE, TEAMS } from './kinds.ts';
import type { RunningCall, RunningCalls } from './running-calls.ts';
import type { SizedCache } from './sized-cache.ts';

/** Durations are in milliseconds. */
export interface CachedCopiesOptions {
  readonly cache: SizedCache;
  readonly ttl: number;
  readonly staleMax: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Tells other replicas of changes, where there are any. */
  readonly channel?: Pick<EvictionChannel, 'send'> | undefined;
}

/** The copies, and the calls that are running for them. */
export class CachedCopies implements Copies {
  readonly #cache: SizedCache;
  readonly #caches: ReadonlyMap<CopyKind, CopyCache<unknown>>;
  readonly #running: RunningCalls;
  readonly #dropped = new DroppedTeams();
  readonly #channel: Pick<EvictionChannel, 'send'> | undefined;
  readonly #listeners: ChangeListener[] = [];

  constructor({ cache, ttl, staleMax, clock, channel }: CachedCopiesOptions, running: RunningCalls) {
    const create = (kind: AnyKind<unknown>) =>
      createCopyCache<unknown>({ kind, ttl, staleMax, cache, clock, dropped: this.#dropped });
    this.#cache = cache;
    this.#caches = new Map(KINDS.map((kind) => [kind.name, create(kind)]));
    this.#running = running;
    this.#channel = channel;
  }

  /** The copies of one kind. */
  of<T>({ name }: AnyKind<T>): CopyCache<T> {
    // Each kind has a cache, which holds that kind's values.
    return this.#caches.get(name) as CopyCache<T>;
  }

  drop(change: IdentityChange, source: ChangeSource): void {
    this.#dropHere(change);
    // Before the listeners, which may read at once.
    if (source !== 'replica') this.#channel?.send(change, source);
    this.#tell(change, source);
  }

  /** Drops what another replica has told of, and tells it to no other. */
  hear(change: IdentityChange, source: ChangeSource): void {
    this.#dropHere(change);
    this.#tell(change, source);
  }

  watch(listener: ChangeListener): () => void {
    this.#listeners.push(listener);
    return () => void removeFrom(this.#listeners, listener);
  }

  showsTeam(userId: string, teamId: string): boolean {
    return this.of(TEAMS).has(userId, (teams) => teams.some(({ id }) => id === teamId));
  }

  cachedProfile(userId: string): CachedProfile | undefined {
    return this.of(PROFILE).held(userId);
  }

  mergeProfile(userId: string, change: Partial<ClientProfile>, before: CachedProfile | undefined): void {
    const profiles = this.of(PROFILE);
    if (profiles.held(userId) === before)
      profiles.change(userId, (profile) => Object.assign({}, profile, change));
    else profiles.delete(userId);
    this.of(PUBLIC_PROFILE).delete(userId);
    this.#running.detach(
      ({ kind, started }) => (kind === 'profile' || kind === 'public-profile') && started.id === userId,
    );
    const merged: IdentityChange = { kind: 'user', userId, copies: ['profile'] };
    this.#channel?.send(merged, 'here');
    this.#tell(merged, 'here');
  }

  /** A deleted user: the copies of all kinds are dropped, and no call that began earlier brings one back. */
  forget({ kind, started }: Pick<RunningCall<unknown>, 'kind' | 'started'>): void {
    this.drop({ kind: 'user', userId: started.id }, 'read');
    this.#caches.get(kind)?.drop(started);
  }

  #dropHere(change: IdentityChange): void {
    if (change.kind === 'user') this.#dropOfUser(change.userId, change.copies);
    else if (change.kind === 'team') this.#dropOfTeam(change.teamId);
    else if (change.kind === 'membership') this.#dropOfMembership(change.userId, change.teamId);
    else this.#dropAll();
  }

  #dropOfUser(userId: string, kinds: readonly CopyKind[] | undefined): void {
    const dropped = kinds ? withPublicProfile(kinds) : COPY_KINDS;
    const sections = KINDS.filter(({ name }) => dropped.includes(name)).map((kind) => this.of(kind).section);
    this.#cache.deleteOf(userId, sections);
    this.#running.detach(({ kind, started }) => started.id === userId && dropped.includes(kind));
  }

  /** Of every user: lists of teams, permissions in teams and profiles that have the team, and its members. */
  #dropOfTeam(teamId: string): void {
    this.#dropped.drop(teamId);
    if (this.#dropped.isLong) {
      this.#cache.deleteWhere(KINDS.filter(mayShowTeams).map((kind) => this.of(kind).outdated));
      this.#dropped.clear();
    }
    this.#detachShown(teamId, () => true);
  }

  #dropOfMembership(userId: string, teamId: string): void {
    this.#dropOfUser(userId, ['teams', 'team-permissions']);
    for (const kind of KINDS.filter(mayShowTeams)) {
      if (isOfTeam(kind)) this.of(kind).delete(userId, teamId);
      else this.of(kind).deleteIf(userId, (value) => kind.shows?.(value, (id) => id === teamId) === true);
    }
    this.#detachShown(teamId, (owner) => owner === userId);
  }

  #dropAll(): void {
    this.#cache.clear();
    this.#running.detach(() => true);
  }

  #tell(change: IdentityChange, source: ChangeSource): void {
    for (const listener of [...this.#listeners]) listener(change, source);
  }

  #detachShown(teamId: string, isOf: (userId: string) => boolean): void {
    const names = KINDS.filter(mayShowTeams).map(({ name }) => name);
    // What these calls will bring is not known yet.
    this.#running.detach(
      ({ kind, started }) =>
        names.includes(kind) && isOf(started.id) && (started.teamId ?? teamId) === teamId,
    );
  }
}

/** Who changes a profile may change what others see of it. */
function withPublicProfile(kinds: readonly CopyKind[]): readonly CopyKind[] {
  return kinds.includes('profile') ? [...kinds, 'public-profile'] : kinds;
}
