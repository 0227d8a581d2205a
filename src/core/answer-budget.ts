// The bytes of large answers that are being received, of all calls of a client together.
import { removeFrom } from './remove-from.ts';

/** An answer that has begun to arrive. */
export interface ArrivingAnswer {
  /** Bytes received. */
  readonly size: number;
  /** Ends the call: its answer is the largest, and there is no memory for all of them. */
  endAsTooLarge(): void;
}

/** Smaller answers are not counted: their number is limited by that of connections. */
const LARGE = 65_536;

/** Where large answers exceed `max` bytes together, the largest is ended: one user's data must not fail the calls of others. */
export class AnswerBudget {
  readonly #max: number;
  readonly #answers: ArrivingAnswer[] = [];
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts `more` bytes, which the size of the answer includes. */
  add(answer: ArrivingAnswer, more: number): void {
    if (answer.size < LARGE) return;
    if (answer.size - more < LARGE) {
      this.#answers.push(answer);
      this.#bytes += answer.size;
    } else this.#bytes += more;
    while (this.#bytes > this.#max) this.#largest().endAsTooLarge();
  }

  /** The answer is complete, or its call has ended. */
  remove(answer: ArrivingAnswer): void {
    if (removeFrom(this.#answers, answer)) this.#bytes -= answer.size;
  }

  #largest(): ArrivingAnswer {
    return this.#answers.reduce((one, other) => (other.size > one.size ? other : one));
  }
}
