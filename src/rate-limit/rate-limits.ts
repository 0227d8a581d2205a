// How often: requests by user, and verifications that fail by address.
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, ignoreEvents } from '../core/events.ts';
import { createFailureBudget, type ReserveFailure } from './failure-budget.ts';

/** Budgets per minute. All of it is in this process's memory: each replica counts for itself. */
export interface Rates {
  /** Takes one request out of the user's budget. Throws `AppError` `RATE_LIMITED`. */
  spendRequest(userId: string): void;
  /**
   * Takes one failure out of the address's budget, before it is known whether there will be one. Throws `AppError`
   * `RATE_LIMITED`.
   */
  readonly reserveFailure: ReserveFailure;
}

/** Budgets per minute. */
export interface RatesOptions {
  readonly requests: number;
  readonly failures: number;
  readonly emit?: Emit;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Makes the budgets: requests per user and failed verifications per address, each per minute. */
export function createRates({
  requests,
  failures,
  emit = ignoreEvents,
  clock = systemClock,
}: RatesOptions): Rates {
  // Asked of every request, so it is counted at once and without a promise.
  const byUser = new LRUCache<string, Budget>({ max: MAX_USERS });
  return {
    spendRequest(userId) {
      const now = clock.monotonic();
      const budget = byUser.get(userId);
      if (!budget || now >= budget.endsAt) byUser.set(userId, { left: requests - 1, endsAt: now + MINUTE });
      else if (budget.left > 0) budget.left -= 1;
      else {
        emit({ kind: 'rate-limited', budget: 'user' });
        throw tooMany(budget.endsAt - now);
      }
    },
    reserveFailure: createFailureBudget({
      failures,
      clock,
      refused: (wait) => {
        emit({ kind: 'rate-limited', budget: 'address' });
        return tooMany(wait);
      },
    }),
  };
}

/** Budgets without an end, for `RATE_LIMIT=off`. */
export const unlimited: Rates = {
  spendRequest() {},
  reserveFailure: () => () => {},
};

/** Whose budgets are kept: of more, those who have not asked for longest begin anew. */
const MAX_USERS = 100_000;

const MINUTE = 60_000;

/** Changes in place: the minute that it is for goes on. `endsAt` is a reading of the monotonic clock. */
interface Budget {
  left: number;
  readonly endsAt: number;
}

function tooMany(wait: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  return new AppError('Too many requests', { code: 'RATE_LIMITED', retryAfter });
}
