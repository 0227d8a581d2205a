// The time limit of execution: what is under way is aborted, and what there is by then is answered.
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../core/errors.ts';
import type { Cancellation } from '../request/cancellation.ts';
import type { RequestContext } from '../request/context.ts';
import { maskError } from './mask-error.ts';

/** Milliseconds that aborted work gets to fail by itself, so that the rest of the answer is not lost. */
const GRACE = 100;

/** What the time is limited of: the cancellation that is aborted, after `timeout` milliseconds. */
export interface TimeLimit {
  readonly cancellation: Cancellation;
  readonly timeout: number;
}

/**
 * Waits for a result until the time is over. Then the cancellation is aborted: loaders that heed its signal cost their
 * fields alone, and where execution goes on regardless, the result is an error without data.
 */
export function limitTime<Result>(
  result: Promise<Result>,
  { cancellation, timeout }: TimeLimit,
): Promise<Result | ExecutionResult> {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => {
      cancellation.abort(tooLong());
      timer = setTimeout(() => {
        cancellation.end();
        resolve({ errors: [maskError(tooLong())] });
      }, GRACE);
    }, timeout);
    const end = () => {
      clearTimeout(timer);
      cancellation.end();
    };
    result.then(
      (settled) => {
        end();
        resolve(settled);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

/** Limits the time of every execution. */
export function useExecutionTimeout({ timeout }: { readonly timeout: number }): Plugin<RequestContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { cancellation }: RequestContext = args.contextValue;
      setExecuteFn((executeArgs) => {
        const result = executeFn(executeArgs);
        return result instanceof Promise ? limitTime(result, { cancellation, timeout }) : result;
      });
    },
  };
}

function tooLong(): AppError {
  return new AppError('The time for this request is over', { code: 'TIMEOUT', retryAfter: 1 });
}
