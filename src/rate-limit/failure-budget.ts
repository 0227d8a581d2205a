// How many verifications of an address may fail in a minute: reserved before cryptography, kept where it failed.
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';

/** Ends a reservation: a failure is spent, anything else is given back. Calling it again does nothing. */
export type Settle = (failed: boolean) => void;

/** A reservation, or where others have reserved all that is left, one as soon as they settle. */
export type ReserveFailure = (address: string) => Settle | Promise<Settle>;

/** `refused` makes the refusal, of the milliseconds until there is a new budget. */
export interface FailureBudgetOptions {
  readonly failures: number;
  readonly refused: (wait: number) => Error;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

interface Account {
  endsAt: number;
  spent: number;
  reserved: number;
  /** Those in line, first come first served. */
  readonly waiting: Waiter[];
}

interface Waiter {
  readonly resolve: (settle: Settle) => void;
  readonly reject: (error: Error) => void;
}

const WINDOW = 60_000;

/** Who has more addresses than this has as many budgets: to forget one of them gives nothing away. */
const MAX_ACCOUNTS = 10_000;

/**
 * Makes the budgets. Only failures exhaust one: where reservations do, who comes next waits until they are settled.
 * Throws, or rejects with, what `refused` makes.
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
