// Rate limits: requests per user, failed verifications per address, and what the anonymous users of an address may do together.
import { LRUCache } from 'lru-cache';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, type EventOf, ignoreEvents } from '../core/events.ts';
import { createAddressBudget } from './address-budget.ts';
import { createFailureBudget, type ReserveFailure } from './failure-budget.ts';

/** Budgets per minute, in the memory of this process: each replica counts for itself. */
export interface Rates {
  /**
   * Spends one request of the user's budget. For an anonymous user, `address` is given; it is read, and one of the address's
   * budget of new users is spent, where no request of this user is remembered. Throws `AppError` `RATE_LIMITED`.
   */
  spendRequest(userId: string, address?: () => string): void;
  /**
   * Throws as `spendRequest` would. Spends nothing and remembers nothing, since the user is only claimed by a token whose
   * signature has not been checked.
   */
  checkRequest(userId: string, address?: () => string): void;
  /**
   * Reserves one failure of the address's budget, before the token is verified. Throws or rejects with `AppError`
   * `RATE_LIMITED`.
   */
  readonly reserveFailure: ReserveFailure;
  readonly anonymousCalls: AnonymousCalls;
}

/** Calls to the provider that are made for the anonymous users of an address. */
export interface AnonymousCalls {
  /** The error where the address may make no further call. */
  refusal(address: string): AppError | undefined;
  /** Counts a call that is sent. */
  spend(address: string): void;
}

/** Each per minute: requests per user; failed verifications, new anonymous users and their calls per address. */
export interface RatesOptions {
  readonly requests: number;
  readonly failures: number;
  readonly anonymousUsers?: number;
  readonly anonymousCalls?: number;
  readonly emit?: Emit;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Creates the budgets. */
export function createRates({
  requests,
  failures,
  anonymousUsers = Number.POSITIVE_INFINITY,
  anonymousCalls = Number.POSITIVE_INFINITY,
  emit = ignoreEvents,
  clock = systemClock,
}: RatesOptions): Rates {
  // Counted for every request, therefore synchronously.
  const byUser = new LRUCache<string, Budget>({
    max: MAX_USERS,
    maxSize: MAX_USERS * BYTES_PER_USER,
    sizeCalculation: (_budget, userId) => BYTES_PER_BUDGET + bytesOfText(userId),
  });
  const newUsers = createAddressBudget({ max: anonymousUsers, clock });
  const calls = createAddressBudget({ max: anonymousCalls, clock });

  function refuse(budget: EventOf<'rate-limited'>['budget'], wait: number): AppError {
    emit({ kind: 'rate-limited', budget });
    return tooMany(wait);
  }

  function checkNewUser(address: string): void {
    const wait = newUsers.waitOf(address);
    if (wait > 0) throw refuse('anonymous-users', wait);
  }

  return {
    spendRequest(userId, address) {
      const now = clock.monotonic();
      const budget = byUser.get(userId);
      if (!budget && address) {
        const from = address();
        checkNewUser(from);
        newUsers.spend(from);
      }
      if (!budget || now >= budget.endsAt) byUser.set(userId, { left: requests - 1, endsAt: now + MINUTE });
      else if (budget.left > 0) budget.left -= 1;
      else throw refuse('user', budget.endsAt - now);
    },
    checkRequest(userId, address) {
      const budget = byUser.peek(userId);
      const wait = budget && budget.left <= 0 ? budget.endsAt - clock.monotonic() : 0;
      if (wait > 0) throw refuse('user', wait);
      if (!budget && address) checkNewUser(address());
    },
    reserveFailure: createFailureBudget({
      failures,
      clock,
      refused: (wait) => refuse('address', wait),
    }),
    anonymousCalls: {
      refusal(address) {
        const wait = calls.waitOf(address);
        return wait > 0 ? refuse('anonymous-calls', wait) : undefined;
      },
      spend: (address) => calls.spend(address),
    },
  };
}

/** No limits, for `RATE_LIMIT=off`. */
export const unlimited: Rates = {
  spendRequest() {},
  checkRequest() {},
  reserveFailure: () => () => {},
  anonymousCalls: { refusal: () => undefined, spend() {} },
};

/** Budgets that are kept. Beyond this the least recently used is dropped, and starts afresh. */
const MAX_USERS = 50_000;

/** The memory of a budget without its user's id, and what is kept for each user: ids of the provider have 36 characters. */
const BYTES_PER_BUDGET = 98;
const BYTES_PER_USER = 160;

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
