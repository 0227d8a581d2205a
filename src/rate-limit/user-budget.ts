// How many requests a user may send per minute.
import { LRUCache } from 'lru-cache';
import { bytesOfText } from '../core/bytes-of-text.ts';
import type { BudgetOptions } from './counter.ts';

/**
 * One budget for each user. `address` is given for an anonymous user, and is read where no request of this user is remembered.
 * Both throw the error of `refused`, and what `NewUsers` throws.
 */
export interface UserBudget {
  /** Spends one request. */
  spend(userId: string, address?: () => string): void;
  /** Throws as `spend` would, but spends and remembers nothing. */
  check(userId: string, address?: () => string): void;
}

/** The anonymous users of an address that are not remembered. Both throw where the address may have no further one. */
export interface NewUsers {
  spend(address: string): void;
  check(address: string): void;
}

/** Of all users, and of the new ones among them. */
export interface UserBudgetOptions<C> extends BudgetOptions<C> {
  readonly newUsers: NewUsers;
}

/** Budgets that are kept. Beyond this the least recently used is dropped, and starts afresh. */
const MAX_USERS = 50_000;

/** The memory of an entry without its count and its user's id, and of an entry whose id has the provider's 36 characters. */
const BYTES_PER_ENTRY = 42;
const BYTES_PER_USER = 104;

/** Creates the budgets. Requests are counted synchronously. */
export function createUserBudget<C extends object>({
  max,
  counter,
  clock,
  refused,
  newUsers,
}: UserBudgetOptions<C>): UserBudget {
  const counts = new LRUCache<string, C>({
    // Without `max`, for which the cache would allocate and fill all of its lists at start.
    maxSize: MAX_USERS * (BYTES_PER_USER + counter.bytes),
    sizeCalculation: (_count, userId) =>
      Math.max(BYTES_PER_USER, BYTES_PER_ENTRY + bytesOfText(userId)) + counter.bytes,
  });
  return {
    spend(userId, address) {
      const now = clock.monotonic();
      let count = counts.get(userId);
      if (count === undefined) {
        if (address) newUsers.spend(address());
        count = counter.begin(userId, now);
        counts.set(userId, count);
      } else if (counter.spentOf(count, now) >= max) throw refused(counter.waitOf(count, now));
      counter.spend(count, now);
    },
    check(userId, address) {
      const count = counts.peek(userId);
      const now = clock.monotonic();
      if (count === undefined) {
        if (address) newUsers.check(address());
      } else if (counter.spentOf(count, now) >= max) throw refused(counter.waitOf(count, now));
    },
  };
}
