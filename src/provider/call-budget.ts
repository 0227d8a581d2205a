// How many calls to the provider one request, or one event of a subscription, may make (`MAX_PROVIDER_CALLS`).
import { AppError } from '../core/errors.ts';

/** Another limit that a request shares with others: returns the error of a call that may not be made. */
export type RefuseCall = () => AppError | undefined;

/** Counts down. A call that joins another, or is answered from the cache of this process, takes nothing. */
export class CallBudget {
  #left: number;
  readonly #refuse: RefuseCall | undefined;

  constructor(max: number, refuse?: RefuseCall) {
    this.#left = max;
    this.#refuse = refuse;
  }

  /**
   * Takes one call. Throws `AppError` `LIMIT_EXCEEDED` with `MAX_PROVIDER_CALLS` where none is left, and that of the other
   * limit where it refuses the call.
   */
  take(): void {
    const refusal = this.#refusal();
    if (refusal) throw refusal;
    this.#left -= 1;
  }

  /** Takes one call, or returns `false`. */
  tryTake(): boolean {
    if (this.#refusal()) return false;
    this.#left -= 1;
    return true;
  }

  #refusal(): AppError | undefined {
    if (this.#left > 0) return this.#refuse?.();
    return new AppError('The request needs too many calls to the identity provider', {
      code: 'LIMIT_EXCEEDED',
      reason: 'MAX_PROVIDER_CALLS',
    });
  }
}
