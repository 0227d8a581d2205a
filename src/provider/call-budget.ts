// How many calls to the provider one request, or one event of a subscription, may make (`MAX_PROVIDER_CALLS`).
import { AppError } from '../core/errors.ts';

/** Counts down. A call that joins another, or is answered from a cache, takes nothing. */
export class CallBudget {
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  /** Takes one call. Throws `AppError` `LIMIT_EXCEEDED` with `MAX_PROVIDER_CALLS` where none is left. */
  take(): void {
    if (this.tryTake()) return;
    throw new AppError('The request needs too many calls to the identity provider', {
      code: 'LIMIT_EXCEEDED',
      reason: 'MAX_PROVIDER_CALLS',
    });
  }

  /** Takes one call, or returns `false`. */
  tryTake(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }
}
