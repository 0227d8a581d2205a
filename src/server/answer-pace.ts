// How many bytes of large answers are built in one turn of the event loop. What clients do not take is freed only between two
// turns, cut connections included: a thousand requests that wait for the same call would otherwise fill the memory at once.
// While answers wait no further executions begin, since their results may take several times the memory of their JSON.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { TurnQueue } from '../core/turn-queue.ts';

/** Bytes in one turn. The last answer of a turn may exceed them. */
const MAX_BYTES = 2_097_152;

/** Smaller answers do not count: all of `MAX_IN_FLIGHT` together are small. */
const MIN_BYTES = 16_384;

/** The pace of all answers of one server. */
export class AnswerPace {
  #bytes = 0;
  #waiting: (() => void)[] = [];
  #isScheduled = false;
  readonly #executions = new TurnQueue();

  /** Whether the next answer has to wait: see `later`. */
  get isFull(): boolean {
    return this.#bytes >= MAX_BYTES || this.#waiting.length > 0;
  }

  /** Whether the next execution has to wait: see `begin`. */
  get isBusy(): boolean {
    return this.isFull || !this.#executions.isEmpty;
  }

  /** Begins an execution in a later turn, in the order of the calls. Rejects with what `execute` throws. */
  async begin<T>(execute: () => MaybePromise<T>): Promise<T> {
    await this.#executions.next();
    return execute();
  }

  /** An answer of so many bytes has been built, or is about to be. */
  add(bytes: number): void {
    if (bytes < MIN_BYTES) return;
    this.#bytes += bytes;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  /** Builds an answer in a later turn, in the order of the calls. Rejects with what `build` throws. */
  later<T>(build: () => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(build());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#bytes = 0;
    let built = 0;
    for (const build of this.#waiting) {
      if (this.#bytes >= MAX_BYTES) break;
      built += 1;
      build();
    }
    this.#waiting = this.#waiting.slice(built);
    if (this.#waiting.length > 0 && !this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => this.#turn());
    }
  }
}
