// What is remembered of the provider's users, bounded in bytes: one bound for all kinds of data, with a share for anonymous users.
import { LRUCache } from 'lru-cache';
import { removeFrom } from '../../core/remove-from.ts';

/** The values of one kind: one of each user or, where `teamId` is given, one of each user and team. */
export interface CacheSection<T> {
  get(userId: string, teamId?: string): T | undefined;
  /** Sets the value, unless it is larger than the whole share. */
  set(key: CacheKey, value: T): void;
  delete(userId: string, teamId?: string): void;
}

/** Whose value it is. It is kept with the value. */
export interface CacheKey {
  readonly id: string;
  readonly teamId?: string | undefined;
  readonly isAnonymous: boolean;
}

/** What to delete of one section. */
export interface CacheMatcher {
  readonly section: object;
  /** Is given values of the section alone. */
  readonly matches: (value: never) => boolean;
}

/** Everything that is remembered of the provider's users. The least recently used value is dropped first, of whatever kind. */
export interface SizedCache {
  /** A kind of data. `bytesOf` estimates the memory that a value holds. */
  section<T>(bytesOf: (value: T) => number): CacheSection<T>;
  /** Deletes the values of one user in these sections. */
  deleteOf(userId: string, sections: readonly object[]): void;
  /** Deletes the values that match, in one walk through everything, however many sections are asked. */
  deleteWhere(matchers: readonly CacheMatcher[]): void;
  /** Deletes everything. */
  clear(): void;
  /** Estimated bytes, of signed-in and of anonymous users. */
  bytes(): { readonly signedIn: number; readonly anonymous: number };
}

/** At most so many bytes and values; each value also costs `VALUE_BYTES`. */
export interface SizedCacheOptions {
  readonly maxBytes: number;
  readonly max: number;
}

/** A value's places in the tables of the cache, in bytes. */
const VALUE_BYTES = 300;

/** Any client can create any number of anonymous users. They must not push out what is remembered of others. */
const ANONYMOUS_SHARE = 1 / 4;

interface Held {
  readonly section: object;
  readonly key: CacheKey;
  readonly value: unknown;
  readonly bytes: number;
  /** The part of the cache that holds it. */
  readonly part: Part;
  /** How many values had been set when it was last used. */
  usedAt: number;
}

/** The values of signed-in or of anonymous users, in the order of their use. */
type Part = LRUCache<Held, Held>;

/** Creates an empty cache. */
export function createSizedCache(options: SizedCacheOptions): SizedCache {
  return new Cache(options);
}

class Cache implements SizedCache {
  /** The few values of each user, in a list: a key made of the user and the kind would be a new text for each look-up. */
  readonly #users = new Map<string, Held[]>();
  readonly #signedIn: Part;
  readonly #anonymous: Part;
  #sets = 0;

  constructor({ maxBytes, max }: SizedCacheOptions) {
    const createPart = (share: number): Part =>
      new LRUCache<Held, Held>({
        max: Math.max(1, Math.floor(max * share)),
        maxSize: Math.max(1, Math.floor(maxBytes * share)),
        sizeCalculation: ({ bytes }) => bytes,
        dispose: (held) => this.#forget(held),
      });
    this.#anonymous = createPart(ANONYMOUS_SHARE);
    this.#signedIn = createPart(1 - ANONYMOUS_SHARE);
  }

  section<T>(bytesOf: (value: T) => number): CacheSection<T> {
    const section: CacheSection<T> = {
      get: (userId, teamId) => {
        const held = this.#find(section, userId, teamId);
        if (held === undefined) return undefined;
        this.#use(held);
        // Only this section sets values of its own.
        return held.value as T;
      },
      set: (key, value) => {
        // Also where an anonymous user has signed up, who keeps the id.
        this.#delete(this.#find(section, key.id, key.teamId));
        this.#set(section, key, { value, bytes: VALUE_BYTES + bytesOf(value) });
      },
      delete: (userId, teamId) => this.#delete(this.#find(section, userId, teamId)),
    };
    return section;
  }

  deleteOf(userId: string, sections: readonly object[]): void {
    const held = this.#users.get(userId);
    if (held === undefined) return;
    for (const each of [...held]) if (sections.includes(each.section)) this.#delete(each);
  }

  deleteWhere(matchers: readonly CacheMatcher[]): void {
    if (matchers.length === 0) return;
    const bySection = new Map(matchers.map(({ section, matches }) => [section, matches]));
    const found: Held[] = [];
    // Only values of the section were set with it.
    const isFound = ({ section, value }: Held) => bySection.get(section)?.(value as never) === true;
    for (const ofUser of this.#users.values()) for (const held of ofUser) if (isFound(held)) found.push(held);
    for (const held of found) this.#delete(held);
  }

  clear(): void {
    this.#signedIn.clear();
    this.#anonymous.clear();
  }

  bytes() {
    return { signedIn: this.#signedIn.calculatedSize, anonymous: this.#anonymous.calculatedSize };
  }

  #find(section: object, userId: string, teamId: string | undefined): Held | undefined {
    const ofUser = this.#users.get(userId);
    if (ofUser === undefined) return undefined;
    for (const held of ofUser) if (held.section === section && held.key.teamId === teamId) return held;
    return undefined;
  }

  /** Between two sets the order of use tells nothing: the next one looks at what was used before the first. */
  #use(held: Held): void {
    if (held.usedAt === this.#sets) return;
    held.usedAt = this.#sets;
    held.part.get(held);
  }

  #set(section: object, key: CacheKey, { value, bytes }: Pick<Held, 'value' | 'bytes'>): void {
    this.#sets += 1;
    const part = key.isAnonymous ? this.#anonymous : this.#signedIn;
    const held = { section, key, value, bytes, part, usedAt: this.#sets };
    const ofUser = this.#users.get(key.id);
    if (ofUser === undefined) this.#users.set(key.id, [held]);
    else ofUser.push(held);
    part.set(held, held);
    // It is larger than its share.
    if (!part.has(held)) this.#forget(held);
  }

  #delete(held: Held | undefined): void {
    held?.part.delete(held);
  }

  #forget(held: Held): void {
    const { id } = held.key;
    const ofUser = this.#users.get(id);
    if (ofUser === undefined) return;
    removeFrom(ofUser, held);
    if (ofUser.length === 0) this.#users.delete(id);
  }
}
