// What is remembered of the provider's users, bounded in bytes: one bound for all kinds of data, with a share for anonymous users.
import { LRUCache } from 'lru-cache';

/** The values of one kind, by user id. */
export interface CacheSection<T> {
  get(id: string): T | undefined;
  /** Sets the value, unless it is larger than the whole share. */
  set(id: string, value: T, user: { readonly isAnonymous: boolean }): void;
}

/** Everything that is remembered of the provider's users. The least recently used value is dropped first, of whatever kind. */
export interface SizedCache {
  /** A kind of data: `name` tells it from the others, and `bytesOf` estimates the memory that a value holds. */
  section<T>(name: string, bytesOf: (value: T) => number): CacheSection<T>;
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

/** Anybody can create any number of anonymous users. They must not push out what is remembered of others. */
const ANONYMOUS_SHARE = 1 / 4;

interface Held {
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

  return {
    section<T>(name: string, bytesOf: (value: T) => number): CacheSection<T> {
      const keyOf = (id: string) => `${name} ${id}`;
      return {
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
          own.set(key, { value, bytes: VALUE_BYTES + bytesOf(value) });
        },
      };
    },
    bytes: () => ({ signedIn: signedIn.calculatedSize, anonymous: anonymous.calculatedSize }),
  };
}
