// How long a request's work may go on: until its client leaves, or its time is over.
import { type Abortable, Aborter, whenAborted } from '../core/abort-controller.ts';

/** The time of one request. */
export interface Lifetime {
  /** Aborts when the client leaves or the time is over. Made when first asked for: most requests never need it. */
  readonly signal: AbortSignal;
  /** The same for the server's own use, at a fraction of the cost. */
  readonly ending: Abortable;
  /** Aborts what is still under way, for this reason. */
  abort(reason: unknown): void;
  /** Lets go of what waits for the client to leave. */
  end(): void;
}

/** Calls `leave` with a reason when the client leaves, at once where it has left. What it returns ends the waiting. */
export type OnLeave = (leave: (reason: unknown) => void) => () => void;

/** Makes the lifetime of a request. */
export function createLifetime(onLeave: OnLeave): Lifetime {
  return new RequestLifetime(onLeave);
}

/** The client's leaving, where a signal tells it. */
export function leavesWith(signal: AbortSignal): OnLeave {
  return (leave) => whenAborted(signal, () => leave(signal.reason));
}

/**
 * A class for its getters: V8 makes a hidden class of its own for each object literal with one, and that keeps all the
 * getter can reach, here a whole request, until the next full collection.
 */
class RequestLifetime implements Lifetime {
  readonly #onLeave: OnLeave;
  #ending: Aborter | undefined;
  #controller: AbortController | undefined;
  #stay: (() => void) | undefined;

  constructor(onLeave: OnLeave) {
    this.#onLeave = onLeave;
  }

  get ending(): Abortable {
    if (!this.#ending) {
      const ending = new Aborter();
      this.#ending = ending;
      this.#stay = this.#onLeave((reason) => ending.abort(reason));
    }
    return this.#ending;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const { ending } = this;
      const controller = new AbortController();
      this.#controller = controller;
      whenAborted(ending, () => controller.abort(ending.reason));
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#ending ??= new Aborter();
    this.#ending.abort(reason);
  }

  end(): void {
    this.#stay?.();
  }
}
