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
  let controller: AbortController | undefined;
  let ended: { readonly reason: unknown } | undefined;
  const leave = () => controller?.abort(request.signal.reason);
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController();
        if (ended) controller.abort(ended.reason);
        else if (request.signal.aborted) leave();
        else request.signal.addEventListener('abort', leave, { once: true });
      }
      return controller.signal;
    },
    abort(reason) {
      ended ??= { reason };
      controller?.abort(reason);
    },
    end() {
      if (controller) request.signal.removeEventListener('abort', leave);
    },
  };
}
