// The second layer of copies, which replicas share: what is read from it, and what is stored there after a call.

import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { CopyStore, Generations, StoredCopy, StoredKey } from '../../store/copy-store.ts';
import { covers, type FetchedWith, type TokenOfUser } from './copy-cache.ts';
import type { EvictionChannel } from './eviction-channel.ts';
import { type AnyKind, isOfTeam, mayShowTeams } from './kinds.ts';

/** `ttl` is in milliseconds. */
export interface SecondLayerOptions {
  readonly store: CopyStore;
  readonly channel: Pick<EvictionChannel, 'isUnconfirmed'>;
  readonly ttl: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly emit: Emit;
}

/** For whom a copy is needed. */
export interface StoredFor extends TokenOfUser {
  readonly isAnonymous: boolean;
}

/** What was found before a call, and what the call must have in order to be stored. */
export interface Lookup<T> {
  readonly generations: Generations | undefined;
  /** A copy, and the call that fetched it, by the clocks of this process. */
  readonly copy: { readonly value: T; readonly call: FetchedWith } | undefined;
  /** The second of the provider's clock in which the call began. */
  startedAt: number | undefined;
}

/** What is stored. No token is part of it: `issuedAt` is the `iat` of the token that it was fetched with. */
const stored = z.object({
  userId: z.string(),
  teamId: z.string().nullable(),
  startedAt: z.int(),
  issuedAt: z.number(),
  value: z.unknown(),
});

/** The copies of all kinds in the store. */
export class SecondLayer {
  readonly #options: SecondLayerOptions;

  constructor(options: SecondLayerOptions) {
    this.#options = options;
  }

  /** Looks for a copy that serves this token. A copy is not asked for where the provider must be. */
  async look<T>(
    kind: AnyKind<T>,
    token: StoredFor,
    { teamId, isCopyWanted }: { readonly teamId: string | undefined; readonly isCopyWanted: boolean },
  ): Promise<Lookup<T>> {
    const { store, clock } = this.#options;
    const key = { kind: kind.name, userId: token.id, teamId };
    const began = clock.monotonic();
    const read = isCopyWanted
      ? await store.read(key)
      : { generations: await store.readGenerations(key), copy: undefined };
    // Asked now: an eviction that was sent after the read is not confirmed before the read is answered.
    if (read === undefined || this.#isUnconfirmed(kind, token.id))
      return { generations: undefined, copy: undefined, startedAt: undefined };
    const copy = read.copy && this.#parse(kind, read.copy, { key, token, began });
    return { generations: read.generations, copy, startedAt: undefined };
  }

  /** Notes the `Date` of the answer to a call that began at `began`, by the monotonic clock. */
  noteDate(lookup: Lookup<unknown>, date: string | undefined, began: number): void {
    const milliseconds = Date.parse(date ?? '') - (this.#options.clock.monotonic() - began);
    // One second less: a `Date` may be that of a cached text or of another host.
    lookup.startedAt = Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000) - 1;
  }

  /** Stores what a call has fetched. Does not wait for it. */
  keep<T>(
    kind: AnyKind<T>,
    call: FetchedWith,
    { lookup, value }: { readonly lookup: Lookup<T>; readonly value: T },
  ): void {
    const { generations, startedAt } = lookup;
    if (!generations || startedAt === undefined || this.#isUnconfirmed(kind, call.id)) return;
    const { id: userId, teamId = null, issuedAt = 0 } = call;
    const copy = { userId, teamId, startedAt, issuedAt, value: kind.form.toJson(value) };
    void this.#options.store.write(
      { kind: kind.name, userId, teamId: call.teamId },
      { generations, text: JSON.stringify(copy, withNulls), showsTeams: showsTeams(kind, value) },
    );
  }

  #isUnconfirmed(kind: AnyKind<unknown>, userId: string): boolean {
    return this.#options.channel.isUnconfirmed(userId, mayShowTeams(kind));
  }

  #parse<T>(
    kind: AnyKind<T>,
    { text, age }: StoredCopy,
    { key, token, began }: { readonly key: StoredKey; readonly token: StoredFor; readonly began: number },
  ): Lookup<T>['copy'] {
    if (age < 0 || age >= this.#options.ttl) return undefined;
    try {
      const { userId, teamId, startedAt, issuedAt, value } = stored.parse(JSON.parse(text));
      if (userId !== key.userId || teamId !== (key.teamId ?? null))
        throw new Error('It is that of another user');
      const call: FetchedWith = {
        id: userId,
        teamId: key.teamId,
        // Of no token: a copy from the store serves a token by the times alone.
        token: '',
        isAnonymous: token.isAnonymous,
        issuedAt,
        startedAt: began - age,
        startedAtWall: startedAt * 1000,
      };
      return covers(call, token) ? { value: kind.form.fromJson(value), call } : undefined;
    } catch {
      this.#options.emit({ kind: 'redis-unreadable', what: 'copy' });
      return undefined;
    }
  }
}

function showsTeams<T>(kind: AnyKind<T>, value: T): boolean {
  return isOfTeam(kind) || kind.shows?.(value, () => true) === true;
}

/** JSON leaves out fields that are `undefined`. */
function withNulls(_key: string, value: unknown): unknown {
  return value === undefined ? null : value;
}
