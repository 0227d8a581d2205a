// Work that is ready at the same moment is begun in several turns of the event loop: the results of a thousand requests that
// waited for the same call would otherwise be in memory at once.

/** How much of it begins in one turn. */
const PER_TURN = 2;

/** Begins work in the order of the calls. */
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
