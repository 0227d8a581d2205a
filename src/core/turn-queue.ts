// Work that is ready at the same moment begins in several turns of the event loop, so that not all of its results are in memory
// at once.

/** How many pieces of work begin in one turn. */
const PER_TURN = 2;

/** Work begins in the order of the calls. */
export class TurnQueue {
  #waiting: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves in a later turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(() => this.#turn());
    });
  }

  #turn(): void {
    for (const begin of this.#waiting.slice(0, PER_TURN)) begin();
    this.#waiting = this.#waiting.slice(PER_TURN);
    if (this.#waiting.length > 0) setImmediate(() => this.#turn());
  }
}
