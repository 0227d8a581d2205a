// The cached copies of all kinds: those who change a user drop or change them, together with the calls that would bring them back.
import type { Clock } from '../../core/clock.ts';
import { COPY_KINDS, type CopyKind } from '../../core/events.ts';
import type { ClientProfile } from '../profile.ts';
import type { CachedProfile, Copies } from './copies.ts';
import { type CopyCache, createCopyCache } from './copy-cache.ts';
import { type AnyKind, KINDS, PROFILE, PUBLIC_PROFILE, TEAMS, type TeamKind } from './kinds.ts';
import type { RunningCall, RunningCalls } from './running-calls.ts';
import type { SizedCache } from './sized-cache.ts';

/** Durations are in milliseconds. */
export interface CachedCopiesOptions {
  readonly cache: SizedCache;
  readonly ttl: number;
  readonly staleMax: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** The copies, and the calls that are running for them. */
export class CachedCopies implements Copies {
  readonly #cache: SizedCache;
  readonly #caches: ReadonlyMap<CopyKind, CopyCache<unknown>>;
  readonly #running: RunningCalls;

  constructor({ cache, ttl, staleMax, clock }: CachedCopiesOptions, running: RunningCalls) {
    const create = (kind: AnyKind<unknown>) =>
      createCopyCache<unknown>({ kind, ttl, staleMax, cache, clock });
    this.#cache = cache;
    this.#caches = new Map(KINDS.map((kind) => [kind.name, create(kind)]));
    this.#running = running;
  }

  /** The copies of one kind. */
  of<T>({ name }: AnyKind<T>): CopyCache<T> {
    // Each kind has a cache, which holds that kind's values.
    return this.#caches.get(name) as CopyCache<T>;
  }

  drop(userId: string, ...kinds: readonly CopyKind[]): void {
    const dropped = kinds.length > 0 ? withPublicProfile(kinds) : COPY_KINDS;
    const caches = KINDS.filter(({ name }) => dropped.includes(name));
    for (const kind of caches) if (!isOfTeam(kind)) this.of(kind).delete(userId);
    // Which teams a user has copies of is not known.
    this.#cache.deleteWhere(
      caches.filter(isOfTeam).map((kind) => this.of(kind).where((owner) => owner.userId === userId)),
    );
    this.#running.detach(({ kind, started }) => started.id === userId && dropped.includes(kind));
  }

  dropTeam(teamId: string): void {
    this.#cache.deleteWhere(
      KINDS.filter(showsTeams).map((kind) =>
        this.of(kind).where(
          (owner, value) => owner.teamId === teamId || kind.shows?.(value, teamId) === true,
        ),
      ),
    );
    this.#detachShown(teamId, () => true);
  }

  dropMembership(userId: string, teamId: string): void {
    this.drop(userId, 'teams', 'team-permissions');
    for (const kind of KINDS.filter(showsTeams)) {
      if (isOfTeam(kind)) this.of(kind).delete(userId, teamId);
      else this.of(kind).deleteIf(userId, (value) => kind.shows?.(value, teamId) === true);
    }
    this.#detachShown(teamId, (owner) => owner === userId);
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
  }

  /** A deleted user: the copies of all kinds are dropped, and no call that began earlier brings one back. */
  forget({ kind, started }: Pick<RunningCall<unknown>, 'kind' | 'started'>): void {
    this.drop(started.id);
    this.#caches.get(kind)?.drop(started);
  }

  #detachShown(teamId: string, isOf: (userId: string) => boolean): void {
    const names = KINDS.filter(showsTeams).map(({ name }) => name);
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

function isOfTeam<T>(kind: AnyKind<T>): kind is TeamKind<T> {
  return 'callOf' in kind;
}

function showsTeams(kind: AnyKind<unknown>): boolean {
  return isOfTeam(kind) || kind.shows !== undefined;
}
