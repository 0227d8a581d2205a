// How often: requests by user, and verifications that fail by address.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import { type Observe, unobserved } from '../telemetry.ts';

/** Budgets per minute. All of it is in this process's memory: each replica counts for itself. */
export interface Rates {
  /** Takes one request out of the user's budget. Throws `AppError` `RATE_LIMITED`. */
  spendRequest(userId: string): Promise<void>;
  /**
   * Takes one failure out of the address's budget, before it is known whether there will be one. Throws `AppError`
   * `RATE_LIMITED`. What it gives returns the failure to the budget.
   */
  reserveFailure(address: string): Promise<() => Promise<void>>;
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
  const byAddress = new RateLimiterMemory({ points: failures, duration: 60 });
  const refused = (budget: 'user' | 'address') => (reason: unknown) => {
    observe({ kind: 'rate-limited', budget });
    refuse(reason);
  };
  return {
    async spendRequest(userId) {
      await byUser.consume(userId).catch(refused('user'));
    },
    async reserveFailure(address) {
      await byAddress.consume(address).catch(refused('address'));
      return async () => {
        await byAddress.reward(address);
      };
    },
  };
}

/** Budgets without an end, for `RATE_LIMIT=off`. */
export const unlimited: Rates = {
  async spendRequest() {},
  async reserveFailure() {
    return async () => {};
  },
};

function refuse(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  throw new AppError('Too many requests', {
    code: 'RATE_LIMITED',
    retryAfter: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)),
  });
}
