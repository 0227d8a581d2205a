// The time limit of execution: running work is aborted, and the answer has what was finished by then.
import { AppError } from '../core/errors.ts';
import type { Cancellation } from '../request/cancellation.ts';
import type { Result, Step } from './step.ts';

/** Milliseconds that aborted work gets to fail on its own, so that the rest of the answer is not lost. */
const GRACE = 100;

/** What is limited: the cancellation that is aborted after `timeout` milliseconds. */
export interface TimeLimit {
  readonly cancellation: Pick<Cancellation, 'abort' | 'end'>;
  readonly timeout: number;
}

/**
 * Waits for a result until the time is over. Then the cancellation is aborted: loaders that heed its signal cost their
 * fields alone. Resolves with what `late` makes where execution goes on regardless.
 */
export function limitTime<T>(
  work: Promise<T>,
  { cancellation, timeout, late }: TimeLimit & { readonly late: (error: AppError) => T },
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => {
      const error = timeOver();
      cancellation.abort(error);
      timer = setTimeout(() => {
        cancellation.end();
        resolve(late(error));
      }, GRACE);
    }, timeout);
    const end = () => {
      clearTimeout(timer);
      cancellation.end();
    };
    work.then(
      (result) => {
        end();
        resolve(result);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

/** Limits the time of every execution, and of each event of a subscription. */
export function timeLimit(timeout: number): Step {
  const late = (error: AppError): Result => ({ errors: [error] });
  return {
    name: 'time limit',
    execute({ cancellation }, next) {
      const result = next();
      if (result instanceof Promise) return limitTime(result, { cancellation, timeout, late });
      cancellation.end();
      return result;
    },
  };
}

function timeOver(): AppError {
  return new AppError('The time for this request is over', { code: 'TIMEOUT', retryAfter: 1 });
}
