// What the anonymous users of one address may do together in a minute: anonymous sign-up is free, so a budget for each user
// limits nothing. Signed-in users are never counted: many of them may share an address (a proxy, an office, a server that renders).
import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';

/** One budget for each address. */
export interface AddressBudget {
  /** Milliseconds until the address may go on; 0 where it has something left. Spends nothing, and remembers nothing. */
  waitOf(address: string): number;
  /** Spends one. May be called where nothing is left. */
  spend(address: string): void;
}

/** `max` is per minute. */
export interface AddressBudgetOptions {
  readonly max: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** What an address has spent of its minute. `endsAt` is a reading of the monotonic clock. */
interface Account {
  spent: number;
  readonly endsAt: number;
}

/** Milliseconds. */
const WINDOW = 60_000;

/** Some 2 MB. A client with more addresses than this has a budget for each of them anyway, so dropping one loses nothing. */
const MAX_ACCOUNTS = 10_000;

/** Creates the budgets. */
export function createAddressBudget({ max, clock }: AddressBudgetOptions): AddressBudget {
  const accounts = new LRUCache<string, Account>({ max: MAX_ACCOUNTS });
  return {
    waitOf(address) {
      const account = accounts.peek(address);
      if (!account || account.spent < max) return 0;
      return Math.max(0, account.endsAt - clock.monotonic());
    },
    spend(address) {
      const account = accounts.get(address);
      const now = clock.monotonic();
      if (account && now < account.endsAt) account.spent += 1;
      else accounts.set(address, { spent: 1, endsAt: now + WINDOW });
    },
  };
}
