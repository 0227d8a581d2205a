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

/** Makes the lifetime of a request whose own signal aborts when its client leaves. */
export function createLifetime(request: { readonly signal: AbortSignal }): Lifetime {
  return new RequestLifetime(request);
}

/**
 * A class for its getter: V8 makes a hidden class of its own for each object literal with one, and that keeps all the
 * getter can reach, here a whole request, until the next full collection.
 */
class RequestLifetime implements Lifetime {
  readonly #request: { readonly signal: AbortSignal };
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;
  #leave: (() => void) | undefined;

  constructor(request: { readonly signal: AbortSignal }) {
    this.#request = request;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      const leave = () => controller.abort(this.#request.signal.reason);
      this.#leave = leave;
      if (this.#ended) controller.abort(this.#ended.reason);
      else if (this.#request.signal.aborted) leave();
      else this.#request.signal.addEventListener('abort', leave, { once: true });
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#ended ??= { reason };
    this.#controller?.abort(reason);
  }

  end(): void {
    if (this.#leave) this.#request.signal.removeEventListener('abort', this.#leave);
  }
}
