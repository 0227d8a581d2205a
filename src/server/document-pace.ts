// How many new documents are parsed and validated in one turn of the event loop. Each may take 10 ms of CPU, and all that
// have arrived would be executed before anything else: a request that waits for several turns would wait for all of them each time.
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** Milliseconds of one turn, after which further documents wait: there is one in each of the turns that follow. */
const BUDGET = 10;

/** Documents that wait: all together, and of one address. Far fewer than `MAX_IN_FLIGHT`, which they count against. */
export const MAX_WAITING_DOCUMENTS = 300;
export const MAX_WAITING_DOCUMENTS_OF_ADDRESS = 150;

interface Waiting {
  readonly address: string;
  readonly work: () => void;
}

/** The pace of all new documents of one server. */
export class DocumentPace {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #waiting: Waiting[] = [];
  /** When the first document of this turn began, by the monotonic clock. */
  #began: number | undefined;

  constructor(clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#clock = clock;
  }

  /**
   * Calls `work`, now or in a later turn, in the order of the calls. It must not throw. Throws `AppError` `OVERLOADED` where too
   * many wait.
   */
  run(work: () => void, addressOf: () => string): void {
    const now = this.#clock.monotonic();
    if (this.#began === undefined) {
      this.#began = now;
      setImmediate(() => this.#turn());
    } else if (this.#waiting.length > 0 || now - this.#began >= BUDGET) {
      this.#wait(work, addressOf());
      return;
    }
    work();
  }

  #wait(work: () => void, address: string): void {
    const ofAddress = this.#waiting.filter((each) => each.address === address).length;
    if (this.#waiting.length >= MAX_WAITING_DOCUMENTS || ofAddress >= MAX_WAITING_DOCUMENTS_OF_ADDRESS) {
      const message = 'Too many new documents are waiting at this moment';
      throw new AppError(message, { code: 'OVERLOADED', retryAfter: 1 });
    }
    this.#waiting.push({ address, work });
  }

  /** What a document costs comes after this, in promises: so only one begins here. */
  #turn(): void {
    this.#began = undefined;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#began = Number.NEGATIVE_INFINITY;
    setImmediate(() => this.#turn());
    next.work();
  }
}
