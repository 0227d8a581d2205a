// Counts what a user or an address spends in a minute.
import type { Clock } from '../core/clock.ts';

/** A moment is a reading of the monotonic clock. `C` is what is kept for one user or address. */
export interface Counter<C> {
  /** The memory of one count. */
  readonly bytes: number;
  /** A count of nothing yet, for the user or address of this name. */
  begin(name: string, now: number): C;
  /** What is spent of the present minute. */
  spentOf(count: C, now: number): number;
  /** Milliseconds until the minute is over in which all this was spent. */
  waitOf(count: C, now: number): number;
  /** Spends one, of a new minute where that of the count is over. */
  spend(count: C, now: number): void;
}

/** Milliseconds. */
export const MINUTE = 60_000;

/** What is spent by this process. Its minute began with the count. */
export interface LocalCount {
  spent: number;
  endsAt: number;
}

/** Counts in the memory of this process alone. */
export const localCounter: Counter<LocalCount> = {
  bytes: 56,
  begin: (_name, now) => ({ spent: 0, endsAt: now + MINUTE }),
  spentOf: ({ spent, endsAt }, now) => (now < endsAt ? spent : 0),
  waitOf: ({ endsAt }, now) => Math.max(0, endsAt - now),
  spend(count, now) {
    if (now >= count.endsAt) {
      count.spent = 0;
      count.endsAt = now + MINUTE;
    }
    count.spent += 1;
  },
};

/** What a budget is made with: `max` a minute. */
export interface BudgetOptions<C> {
  readonly max: number;
  readonly counter: Counter<C>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Creates the error from the milliseconds until the next minute begins. */
  readonly refused: (wait: number) => Error;
}
