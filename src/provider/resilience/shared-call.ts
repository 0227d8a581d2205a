// One piece of work that several callers wait for: it has a time limit of its own, and ends early when the last one leaves.
import { LightAbortController, type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';

/** Running work that several callers wait for. */
export interface SharedCall<T> {
  /** Waits for the result. Rejects with the signal's reason where that aborts first; the work goes on for the others. */
  join(signal: LightAbortSignal | undefined): Promise<T>;
}

/**
 * `work` should end when its signal aborts, which it does with a `TimeoutError` at the time limit (`timeout`, in
 * milliseconds). Those who wait get the result of `onTimeout` at that moment, even if the work does not end.
 */
export interface SharedCallOptions<T> {
  readonly work: (signal: LightAbortSignal) => Promise<T>;
  /** Makes the result from what the work resolves with, also where nothing waits for it any more. */
  readonly onResult?: (result: T) => T;
  readonly timeout: number;
  readonly onTimeout: () => T;
  /** Called once, when the call can no longer be joined. */
  readonly onEnd?: () => void;
  /** Called once, when the work has ended: where its callers left or its time was over, that is later. */
  readonly onWorkEnd?: () => void;
}

/** One caller who waits. One of the two functions is called, once. */
interface Waiter<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (reason: unknown) => void;
  stopListening?: (() => void) | undefined;
}

/** Starts the work. It must be joined at once: work that nothing waits for is aborted when its first waiter leaves. */
export function startSharedCall<T>(options: SharedCallOptions<T>): SharedCall<T> {
  const { work, timeout, onResult, onTimeout, onEnd, onWorkEnd } = options;
  const controller = new LightAbortController();
  let waiters: Waiter<T>[] = [];
  let settle: ((waiter: Waiter<T>) => void) | undefined;

  function end(how: (waiter: Waiter<T>) => void): void {
    if (settle) return;
    settle = how;
    clearTimeout(timer);
    onEnd?.();
    for (const waiter of waiters) {
      waiter.stopListening?.();
      how(waiter);
    }
    waiters = [];
  }

  function fail(reason: unknown): void {
    end(({ reject }) => reject(reason));
  }

  function succeed(result: T): void {
    end(({ resolve }) => resolve(result));
  }

  function leave(waiter: Waiter<T>, reason: unknown): void {
    waiter.stopListening?.();
    waiter.reject(reason);
    waiters = waiters.filter((each) => each !== waiter);
    if (settle || waiters.length > 0) return;
    const abandoned = new DOMException('All callers have left', 'AbortError');
    fail(abandoned);
    controller.abort(abandoned);
  }

  const timer = setTimeout(() => {
    succeed(onTimeout());
    controller.abort(new DOMException('The time limit of the call has passed', 'TimeoutError'));
  }, timeout);
  // Not `finally` and a second `then`, which cost five promises more.
  work(controller).then(
    (result) => {
      onWorkEnd?.();
      try {
        succeed(onResult ? onResult(result) : result);
      } catch (error) {
        fail(error);
      }
    },
    (error) => {
      onWorkEnd?.();
      fail(error);
    },
  );

  return {
    join: (signal) =>
      new Promise<T>((resolve, reject) => {
        const waiter: Waiter<T> = { resolve, reject, stopListening: undefined };
        if (settle) return settle(waiter);
        waiters.push(waiter);
        if (signal) waiter.stopListening = onAbort(signal, () => leave(waiter, signal.reason));
      }),
  };
}
