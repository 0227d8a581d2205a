// The budget of calls to the provider that the anonymous users of an address share, as one request sees it.
import type { AppError } from '../core/errors.ts';
import type { AnonymousCalls } from './rate-limits.ts';

/** The budget for one request. */
export interface AnonymousCallLimit {
  /** The error of a call that may not be made. */
  refuseCall(): AppError | undefined;
  /** Counts a call that is sent. */
  spend(): void;
}

/**
 * A call is refused before it is queued, and counted when it is sent: those which are queued meanwhile may exceed the budget.
 * `address` is read once, for the first call, since a closed connection has no address.
 */
export function limitAnonymousCalls(calls: AnonymousCalls, address: () => string): AnonymousCallLimit {
  let known: string | undefined;
  const read = () => {
    known ??= address();
    return known;
  };
  return {
    refuseCall: () => calls.refusal(read()),
    spend: () => calls.spend(read()),
  };
}
