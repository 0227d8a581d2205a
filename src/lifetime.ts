// How long a request's work may go on: until its client leaves, or its time is over.

/** The time of one request. */
export interface Lifetime {
  /** Aborts when the client leaves or the time is over. Made when first asked for: most requests never need it. */
  readonly signal: AbortSignal;
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
export function whenAborted(signal: AbortSignal): OnLeave {
  return (leave) => {
    const listener = () => leave(signal.reason);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  };
}

/**
 * A class for its getter: V8 makes a hidden class of its own for each object literal with one, and that keeps all the
 * getter can reach, here a whole request, until the next full collection.
 */
class RequestLifetime implements Lifetime {
  readonly #onLeave: OnLeave;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #stay: (() => void) | undefined;

  constructor(onLeave: OnLeave) {
    this.#onLeave = onLeave;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      if (this.#aborted) controller.abort(this.#aborted.reason);
      else this.#stay = this.#onLeave((reason) => controller.abort(reason));
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }

  end(): void {
    this.#stay?.();
  }
}
