// How many verifications from an address may fail per minute. A failure is reserved before the token is verified, and
// spent if the verification fails.
import { LRUCache } from 'lru-cache';
import type { BudgetOptions } from './counter.ts';

/** Ends a reservation: spends it after a failure, else returns it. Further calls have no effect. */
export type Settle = (failed: boolean) => void;

/** Reserves a failure. While others hold all that is left, the promise waits until they settle. */
export type ReserveFailure = (address: string) => Settle | Promise<Settle>;

interface Account<C> {
  readonly count: C;
  reserved: number;
  /** First in, first out. */
  readonly waiting: Waiter[];
}

interface Waiter {
  readonly resolve: (settle: Settle) => void;
  readonly reject: (error: Error) => void;
}

/** A client with more addresses than this has a budget for each of them anyway, so dropping one loses nothing. */
const MAX_ACCOUNTS = 10_000;

/**
 * Creates the budgets. Only failures use one up: while it is reserved in full, further reservations wait until earlier
 * ones settle. Throws, or rejects with, the error of `refused`.
 */
export function createFailureBudget<C>({ max, counter, clock, refused }: BudgetOptions<C>): ReserveFailure {
  const accounts = new LRUCache<string, Account<C>>({ max: MAX_ACCOUNTS });

  function accountOf(address: string): Account<C> {
    const known = accounts.get(address);
    if (known) return known;
    const count = counter.begin(address, clock.monotonic());
    const account: Account<C> = { count, reserved: 0, waiting: [] };
    accounts.set(address, account);
    return account;
  }

  const hasRoom = ({ count, reserved }: Account<C>) =>
    counter.spentOf(count, clock.monotonic()) + reserved < max;

  function reserve(account: Account<C>, address: string): Settle {
    const { count, waiting } = account;
    account.reserved += 1;
    let settled = false;
    return (failed) => {
      if (settled) return;
      settled = true;
      account.reserved -= 1;
      if (failed) counter.spend(count, clock.monotonic());
      while (waiting.length > 0 && hasRoom(account)) waiting.shift()?.resolve(reserve(account, address));
      if (account.reserved > 0) return;
      const now = clock.monotonic();
      const wait = counter.waitOf(count, now);
      for (const { reject } of waiting.splice(0)) reject(refused(wait));
      if (counter.spentOf(count, now) === 0 && accounts.peek(address) === account) accounts.delete(address);
    };
  }

  return (address) => {
    const account = accountOf(address);
    if (hasRoom(account)) return reserve(account, address);
    if (account.reserved === 0) throw refused(counter.waitOf(account.count, clock.monotonic()));
    return new Promise((resolve, reject) => account.waiting.push({ resolve, reject }));
  };
}
