// How many new documents are parsed and validated in one turn of the event loop. Each may take 10 ms of CPU, and all that
// have arrived would be executed before anything else: a request that waits for several turns would wait for all of them each time.
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';

/** Milliseconds of one turn, after which further documents wait: there is one in each of the turns that follow. */
const BUDGET = 10;

/** Documents that wait: all together, and of one address. Far fewer than `MAX_IN_FLIGHT`, which they count against. */
export const MAX_WAITING_DOCUMENTS = 300;
export const MAX_WAITING_DOCUMENTS_OF_ADDRESS = 150;

/** A request whose document is new. None of its functions may throw. */
export interface NewDocument {
  /** Its text, where requests with the same text wait for the first of them. */
  readonly text: string | undefined;
  readonly addressOf: () => string;
  /** Parses and validates it, in promises. False where its client has disconnected. */
  readonly begin: () => boolean;
  /** Called in place of `begin`, in the turn after that in which another request with the same text began. */
  readonly retry: () => void;
}

/** A document that waits or has begun in this turn, and the requests that wait with it. */
interface Waiting {
  readonly address: string;
  readonly text: string | undefined;
  readonly requests: NewDocument[];
}

/** The pace of all new documents of one server. */
export class DocumentPace {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #waiting: Waiting[] = [];
  #begun: Waiting[] = [];
  /** Both of them by their text. */
  readonly #byText = new Map<string, Waiting>();
  /** When the first document of this turn began, by the monotonic clock. */
  #began: number | undefined;

  constructor(clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.#clock = clock;
  }

  /**
   * Begins a document, now or in a later turn, in the order of the calls. Requests with the same text count as one document: after
   * a restart all clients send the same few. Throws `AppError` `OVERLOADED` where too many wait.
   */
  run(request: NewDocument): void {
    const same = request.text === undefined ? undefined : this.#byText.get(request.text);
    if (same) {
      same.requests.push(request);
      return;
    }
    const now = this.#clock.monotonic();
    const waits = this.#waiting.length > 0 || (this.#began !== undefined && now - this.#began >= BUDGET);
    const { text } = request;
    const waiting = { address: waits ? this.#admit(request) : '', text, requests: [request] };
    if (text !== undefined) this.#byText.set(text, waiting);
    if (waits) {
      this.#waiting.push(waiting);
      return;
    }
    if (this.#began === undefined) this.#nextTurn(now);
    this.#begin(waiting);
  }

  /** Returns the address of a request that has to wait. */
  #admit({ addressOf }: NewDocument): string {
    const address = addressOf();
    const ofAddress = this.#waiting.filter((each) => each.address === address).length;
    if (this.#waiting.length >= MAX_WAITING_DOCUMENTS || ofAddress >= MAX_WAITING_DOCUMENTS_OF_ADDRESS) {
      const message = 'Too many new documents are waiting at this moment';
      throw new AppError(message, { code: 'OVERLOADED', retryAfter: 1 });
    }
    return address;
  }

  #nextTurn(began: number): void {
    this.#began = began;
    setImmediate(() => this.#turn());
  }

  /** What a document costs comes after this, in promises: so only one begins here. */
  #turn(): void {
    const begun = this.#begun;
    this.#begun = [];
    this.#began = undefined;
    const next = this.#waiting.shift();
    if (next) {
      this.#nextTurn(Number.NEGATIVE_INFINITY);
      this.#begin(next);
    }
    for (const { text, requests } of begun) {
      if (text !== undefined) this.#byText.delete(text);
      for (const { retry } of requests) retry();
    }
  }

  #begin(waiting: Waiting): void {
    let first = waiting.requests.shift();
    while (first && !first.begin()) first = waiting.requests.shift();
    this.#begun.push(waiting);
  }
}
