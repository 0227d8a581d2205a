// How many requests may wait for the verification of their token at once. While the provider's keys are being fetched, forged
// tokens wait as well, and neither a disconnected client nor a budget that is reserved in full frees their memory.
import { AppError } from '../core/errors.ts';

/** Requests that wait: all together, and of one address. An office or a proxy has many users whose tokens are new. */
export const MAX_WAITING = 2_000;
export const MAX_WAITING_OF_ADDRESS = 1_000;

/** Counts requests between `begin` and `end`, by the address of their client where it is known. */
export class VerificationLimit {
  readonly #byAddress = new Map<string, number>();
  #waiting = 0;

  /** Throws `AppError`: `RATE_LIMITED` where too many requests of the address wait, `OVERLOADED` where too many do at all. */
  begin(address: string | undefined): void {
    const ofAddress = this.#ofAddress(address);
    if (ofAddress >= MAX_WAITING_OF_ADDRESS) throw refused('RATE_LIMITED');
    if (this.#waiting >= MAX_WAITING) throw refused('OVERLOADED');
    if (address !== undefined) this.#byAddress.set(address, ofAddress + 1);
    this.#waiting += 1;
  }

  end(address: string | undefined): void {
    this.#waiting -= 1;
    if (address === undefined) return;
    const ofAddress = this.#ofAddress(address);
    if (ofAddress > 1) this.#byAddress.set(address, ofAddress - 1);
    else this.#byAddress.delete(address);
  }

  #ofAddress(address: string | undefined): number {
    return address === undefined ? 0 : (this.#byAddress.get(address) ?? 0);
  }
}

function refused(code: 'RATE_LIMITED' | 'OVERLOADED'): AppError {
  return new AppError('Too many tokens are being verified at this moment', { code, retryAfter: 1 });
}
