// The minute in which replicas count together: a minute of Redis' clock.
import { MINUTE } from './counter.ts';

/** Before Redis has told its time: no minute has this number. */
export const NO_WINDOW = -1;

/** Milliseconds. Replicas differ by the time that answers of Redis take. */
const TOLERANCE = 1_000;

/** Goes on by the clock of the process while Redis does not answer. A moment is a reading of the monotonic clock. */
export class SharedWindow {
  #number = NO_WINDOW;
  #endsAt = Number.POSITIVE_INFINITY;

  /** The number of the present minute. */
  numberAt(now: number): number {
    if (now >= this.#endsAt) {
      const passed = 1 + Math.floor((now - this.#endsAt) / MINUTE);
      this.#number += passed;
      this.#endsAt += passed * MINUTE;
    }
    return this.#number;
  }

  /** Milliseconds until the present minute is over. */
  waitAt(now: number): number {
    this.numberAt(now);
    return this.#endsAt - now;
  }

  /** Redis' clock shows `time`, in milliseconds. Where it was set, counts begin anew, unless it is the same minute. */
  synchronise(time: number, now: number): void {
    const number = Math.floor(time / MINUTE);
    const left = MINUTE - (time % MINUTE);
    // The minute has ended here already. It is not begun again, or all would be counted anew twice.
    const isEarly = number === this.numberAt(now) - 1 && left <= TOLERANCE;
    this.#number = isEarly ? number + 1 : number;
    this.#endsAt = now + left + (isEarly ? MINUTE : 0);
  }
}
