// Rate limits: requests per user, failed verifications per address, and what the anonymous users of an address may do together.
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, type EventOf, ignoreEvents } from '../core/events.ts';
import { createAddressBudget } from './address-budget.ts';
import { localCounter } from './counter.ts';
import { createFailureBudget, type ReserveFailure } from './failure-budget.ts';
import type { SharedCounts } from './shared-counts.ts';
import { createUserBudget, type NewUsers } from './user-budget.ts';

/** Budgets per minute. Those of users, and of failed verifications, are shared with other replicas where there is a Redis. */
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
  /** Counts the requests and failures of all replicas. Without it each process counts its own. */
  readonly shared?: Pick<SharedCounts, 'counter'> | undefined;
  readonly emit?: Emit;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Creates the budgets. */
export function createRates({
  requests,
  failures,
  anonymousUsers = Number.POSITIVE_INFINITY,
  anonymousCalls = Number.POSITIVE_INFINITY,
  shared,
  emit = ignoreEvents,
  clock = systemClock,
}: RatesOptions): Rates {
  const ofAddress = createAddressBudget({ max: anonymousUsers, clock });
  const calls = createAddressBudget({ max: anonymousCalls, clock });

  function refuse(budget: EventOf<'rate-limited'>['budget'], wait: number): AppError {
    emit({ kind: 'rate-limited', budget });
    return tooMany(wait);
  }

  const newUsers: NewUsers = {
    check(address) {
      const wait = ofAddress.waitOf(address);
      if (wait > 0) throw refuse('anonymous-users', wait);
    },
    spend(address) {
      newUsers.check(address);
      ofAddress.spend(address);
    },
  };
  const ofUsers = { max: requests, clock, newUsers, refused: (wait: number) => refuse('user', wait) };
  const users = shared
    ? createUserBudget({ ...ofUsers, counter: shared.counter('user', requests) })
    : createUserBudget({ ...ofUsers, counter: localCounter });
  const ofFailures = { max: failures, clock, refused: (wait: number) => refuse('address', wait) };

  return {
    spendRequest: users.spend,
    checkRequest: users.check,
    reserveFailure: shared
      ? createFailureBudget({ ...ofFailures, counter: shared.counter('address', failures) })
      : createFailureBudget({ ...ofFailures, counter: localCounter }),
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

function tooMany(wait: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(wait / 1000));
  return new AppError('Too many requests', { code: 'RATE_LIMITED', retryAfter });
}
