// Rate limits: requests per user, and failed verifications per address.
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, ignoreEvents } from '../core/events.ts';
import { createFailureBudget, type ReserveFailure } from './failure-budget.ts';

/** Budgets per minute, in the memory of this process: each replica counts for itself. */
export interface Rates {
  /** Spends one request of the user's budget. Throws `AppError` `RATE_LIMITED`. */
  spendRequest(userId: string): void;
  /**
   * Reserves one failure of the address's budget, before the token is verified. Throws or rejects with `AppError`
   * `RATE_LIMITED`.
   */
  readonly reserveFailure: ReserveFailure;
}

/** Requests per user and failed verifications per address, each per minute. */
export interface RatesOptions {
  readonly requests: number;
  readonly failures: number;
  readonly emit?: Emit;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Creates the budgets. */
export function createRates({
  requests,
  failures,
  emit = ignoreEvents,
  clock = systemClock,
}: RatesOptions): Rates {
  // Counted for every request, therefore synchronously.
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

/** No limits, for `RATE_LIMIT=off`. */
export const unlimited: Rates = {
  spendRequest() {},
  reserveFailure: () => () => {},
};

/** Budgets that are kept. Beyond this the least recently used is dropped, and starts afresh. */
const MAX_USERS = 100_000;

/** Milliseconds. */
const MINUTE = 60_000;

/** What is left of one user's minute. `endsAt` is a reading of the monotonic clock. */
interface Budget {
  left: number;
  readonly endsAt: number;
}

function tooMany(wait: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  return new AppError('Too many requests', { code: 'RATE_LIMITED', retryAfter });
}
