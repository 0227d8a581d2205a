// What is remembered of the provider's users, bounded in bytes: one bound for all kinds of data, with a share for anonymous users.
import { LRUCache } from 'lru-cache';

/** The values of one kind, by user id. */
export interface CacheSection<T> {
  get(id: string): T | undefined;
  /** Sets the value, unless it is larger than the whole share. */
  set(id: string, value: T, user: { readonly isAnonymous: boolean }): void;
  delete(id: string): void;
}

/** What to delete of one section. */
export interface CacheMatcher {
  readonly section: object;
  /** Is given values of the section alone. */
  readonly matches: (value: never) => boolean;
}

/** Everything that is remembered of the provider's users. The least recently used value is dropped first, of whatever kind. */
export interface SizedCache {
  /** A kind of data: `name` tells it from the others, and `bytesOf` estimates the memory that a value holds. */
  section<T>(name: string, bytesOf: (value: T) => number): CacheSection<T>;
  /** Deletes the values that match, in one walk through everything, however many sections are asked. */
  deleteWhere(matchers: readonly CacheMatcher[]): void;
  /** Estimated bytes, of signed-in and of anonymous users. */
  bytes(): { readonly signedIn: number; readonly anonymous: number };
}

/** At most so many bytes and values; each value also costs `VALUE_BYTES`. */
export interface SizedCacheOptions {
  readonly maxBytes: number;
  readonly max: number;
}

/** A value's key and its places in the tables of the cache, in bytes. */
const VALUE_BYTES = 300;

/** Any client can create any number of anonymous users. They must not push out what is remembered of others. */
const ANONYMOUS_SHARE = 1 / 4;

interface Held {
  readonly section: object;
  readonly value: unknown;
  readonly bytes: number;
}

/** Creates an empty cache. */
export function createSizedCache({ maxBytes, max }: SizedCacheOptions): SizedCache {
  const createPart = (share: number) =>
    new LRUCache<string, Held>({
      max: Math.max(1, Math.floor(max * share)),
      maxSize: Math.max(1, Math.floor(maxBytes * share)),
      sizeCalculation: ({ bytes }) => bytes,
    });
  const anonymous = createPart(ANONYMOUS_SHARE);
  const signedIn = createPart(1 - ANONYMOUS_SHARE);
  const parts = [signedIn, anonymous];

  return {
    section<T>(name: string, bytesOf: (value: T) => number): CacheSection<T> {
      const keyOf = (id: string) => `${name} ${id}`;
      const section: CacheSection<T> = {
        get(id) {
          const key = keyOf(id);
          // Only this section has keys that begin with its name.
          return (signedIn.get(key) ?? anonymous.get(key))?.value as T | undefined;
        },
        set(id, value, user) {
          const key = keyOf(id);
          const [own, other] = user.isAnonymous ? [anonymous, signedIn] : [signedIn, anonymous];
          // An anonymous user who signs up keeps the id.
          other.delete(key);
          own.set(key, { section, value, bytes: VALUE_BYTES + bytesOf(value) });
        },
        delete(id) {
          for (const part of parts) part.delete(keyOf(id));
        },
      };
      return section;
    },
    deleteWhere(matchers) {
      if (matchers.length === 0) return;
      const bySection = new Map(matchers.map(({ section, matches }) => [section, matches]));
      for (const part of parts) {
        const found: string[] = [];
        // Unlike `entries`, it makes no object for each value: this is a walk through all that is cached.
        part.forEach((held, key) => {
          // Only values of the section were set with it.
          if (bySection.get(held.section)?.(held.value as never)) found.push(key);
        });
        for (const key of found) part.delete(key);
      }
    },
    bytes: () => ({ signedIn: signedIn.calculatedSize, anonymous: anonymous.calculatedSize }),
  };
}
