// One piece of work for many who wait: it has a time limit of its own, and ends early only when the last one leaves.
import { LightAbortController, type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';

/** Work under way that several wait for. */
export interface SharedCall<T> {
  /** Waits for the result. Rejects with the signal's reason where that aborts first; the work goes on for the others. */
  join(signal: LightAbortSignal | undefined): Promise<T>;
}

/**
 * `work` is to end when its signal aborts, with a `TimeoutError` at the time limit (in milliseconds); those who wait get
 * what `late` makes at that moment, whether it does or not.
 */
export interface SharedCallOptions<T> {
  readonly work: (signal: LightAbortSignal) => Promise<T>;
  readonly timeout: number;
  readonly late: () => T;
  /** Called when there is nothing to join any more. */
  readonly ended: () => void;
}

/** Somebody who waits: told by one of these, once. */
interface Waiter<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (reason: unknown) => void;
  /** Ends the listening for his leaving. */
  letGo?: (() => void) | undefined;
}

/** Starts the work. Somebody must join at once: work for nobody is ended. */
export function startSharedCall<T>({ work, timeout, late, ended }: SharedCallOptions<T>): SharedCall<T> {
  const aborter = new LightAbortController();
  let waiters: Waiter<T>[] = [];
  let tell: ((waiter: Waiter<T>) => void) | undefined;

  function end(how: (waiter: Waiter<T>) => void): void {
    if (tell) return;
    tell = how;
    clearTimeout(timer);
    ended();
    for (const waiter of waiters) {
      waiter.letGo?.();
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
    waiter.letGo?.();
    waiter.reject(reason);
    waiters = waiters.filter((each) => each !== waiter);
    if (tell || waiters.length > 0) return;
    const left = new DOMException('Everybody who waited has left', 'AbortError');
    fail(left);
    aborter.abort(left);
  }

  const timer = setTimeout(() => {
    succeed(late());
    aborter.abort(new DOMException('The time limit of the call is over', 'TimeoutError'));
  }, timeout);
  work(aborter).then(succeed, fail);

  return {
    join: (signal) =>
      new Promise<T>((resolve, reject) => {
        const waiter: Waiter<T> = { resolve, reject, letGo: undefined };
        if (tell) return tell(waiter);
        waiters.push(waiter);
        if (signal) waiter.letGo = onAbort(signal, () => leave(waiter, signal.reason));
      }),
  };
}
