// How many verifications from an address may fail per minute. A failure is reserved before the token is verified, and
// spent if the verification fails.
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';

/** Ends a reservation: spends it after a failure, else returns it. Further calls have no effect. */
export type Settle = (failed: boolean) => void;

/** Reserves a failure. While others hold all that is left, the promise waits until they settle. */
export type ReserveFailure = (address: string) => Settle | Promise<Settle>;

/** `refused` creates the error from the milliseconds until the next minute begins. */
export interface FailureBudgetOptions {
  readonly failures: number;
  readonly refused: (wait: number) => Error;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

interface Account {
  endsAt: number;
  spent: number;
  reserved: number;
  /** First in, first out. */
  readonly waiting: Waiter[];
}

interface Waiter {
  readonly resolve: (settle: Settle) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds. */
const WINDOW = 60_000;

/** A client with more addresses than this has a budget for each of them anyway, so dropping one loses nothing. */
const MAX_ACCOUNTS = 10_000;

/**
 * Creates the budgets. Only failures use one up: while it is reserved in full, further reservations wait until earlier
 * ones settle. Throws, or rejects with, the error of `refused`.
 */
export function createFailureBudget({
  failures,
  refused,
  clock = systemClock,
}: FailureBudgetOptions): ReserveFailure {
  const accounts = new LRUCache<string, Account>({ max: MAX_ACCOUNTS });

  function accountOf(address: string): Account {
    const known = accounts.get(address);
    if (known) return known;
    const account: Account = { endsAt: clock.monotonic() + WINDOW, spent: 0, reserved: 0, waiting: [] };
    accounts.set(address, account);
    return account;
  }

  const hasRoom = (account: Account) => {
    if (clock.monotonic() >= account.endsAt)
      Object.assign(account, { endsAt: clock.monotonic() + WINDOW, spent: 0 });
    return account.spent + account.reserved < failures;
  };

  function reserve(account: Account, address: string): Settle {
    account.reserved += 1;
    let settled = false;
    return (failed) => {
      if (settled) return;
      settled = true;
      account.reserved -= 1;
      if (failed) account.spent += 1;
      while (account.waiting.length > 0 && hasRoom(account))
        account.waiting.shift()?.resolve(reserve(account, address));
      if (account.reserved > 0) return;
      const wait = account.endsAt - clock.monotonic();
      for (const { reject } of account.waiting.splice(0)) reject(refused(wait));
      if (account.spent === 0 && accounts.peek(address) === account) accounts.delete(address);
    };
  }

  return (address) => {
    const account = accountOf(address);
    if (hasRoom(account)) return reserve(account, address);
    if (account.reserved === 0) throw refused(account.endsAt - clock.monotonic());
    return new Promise((resolve, reject) => account.waiting.push({ resolve, reject }));
  };
}
