// How often: requests by user, and verifications that fail by address.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import { type Observe, unobserved } from '../telemetry.ts';
import { createFailureBudget, type ReserveFailure } from './failure-budget.ts';

/** Budgets per minute. All of it is in this process's memory: each replica counts for itself. */
export interface Rates {
  /** Takes one request out of the user's budget. Throws `AppError` `RATE_LIMITED`. */
  spendRequest(userId: string): Promise<void>;
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
  readonly observe?: Observe;
}

/** Makes the budgets: requests per user and failed verifications per address, each per minute. */
export function createRates({ requests, failures, observe = unobserved }: RatesOptions): Rates {
  const byUser = new RateLimiterMemory({ points: requests, duration: 60 });
  const refusedUser = (reason: unknown) => {
    if (!(reason instanceof RateLimiterRes)) throw reason;
    observe({ kind: 'rate-limited', budget: 'user' });
    throw tooMany(reason.msBeforeNext);
  };
  return {
    async spendRequest(userId) {
      await byUser.consume(userId).catch(refusedUser);
    },
    reserveFailure: createFailureBudget({
      failures,
      refused: (wait) => {
        observe({ kind: 'rate-limited', budget: 'address' });
        return tooMany(wait);
      },
    }),
  };
}

/** Budgets without an end, for `RATE_LIMIT=off`. */
export const unlimited: Rates = {
  async spendRequest() {},
  reserveFailure: () => () => {},
};

function tooMany(wait: number): AppError {
  return new AppError('Too many requests', {
    code: 'RATE_LIMITED',
    retryAfter: Math.max(1, Math.ceil(wait / 1000)),
  });
}
