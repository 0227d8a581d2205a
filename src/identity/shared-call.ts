// One piece of work for many who wait: it has a time limit of its own, and ends early only when the last one leaves.

/** Work under way that several wait for. */
export interface SharedCall<T> {
  /** Waits for the result. Rejects with the signal's reason where that aborts first; the work goes on for the others. */
  join(signal: AbortSignal | undefined): Promise<T>;
}

/**
 * `work` is to end when its signal aborts, with a `TimeoutError` at the time limit (in milliseconds); those who wait get
 * what `late` makes at that moment, whether it does or not.
 */
export interface SharedCallOptions<T> {
  readonly work: (signal: AbortSignal) => Promise<T>;
  readonly timeout: number;
  readonly late: () => T;
  /** Called when there is nothing to join any more. */
  readonly ended: () => void;
}

/** Starts the work. Somebody must join at once: work for nobody is ended. */
export function startSharedCall<T>({ work, timeout, late, ended }: SharedCallOptions<T>): SharedCall<T> {
  const controller = new AbortController();
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;

  const limit = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late());
      controller.abort(new DOMException('The time limit of the call is over', 'TimeoutError'));
    }, timeout);
  });
  const result = Promise.race([limit, work(controller.signal)]).finally(() => {
    clearTimeout(timer);
    ended();
  });
  // Where everybody has left, nobody hears of how it ended.
  result.catch(() => {});

  function leave(): void {
    waiting -= 1;
    if (waiting > 0) return;
    ended();
    controller.abort(new DOMException('Everybody who waited has left', 'AbortError'));
  }

  return {
    join(signal) {
      waiting += 1;
      if (!signal) return result;
      if (signal.aborted) {
        leave();
        return Promise.reject(signal.reason);
      }
      return new Promise<T>((resolve, reject) => {
        const abort = () => {
          reject(signal.reason);
          leave();
        };
        signal.addEventListener('abort', abort, { once: true });
        result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
      });
    },
  };
}
