// The time limit of execution: what is under way is aborted, and what there is by then is answered.
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { maskError } from './mask-error.ts';

/** Milliseconds that aborted work gets to fail by itself, so that the rest of the answer is not lost. */
const GRACE = 100;

/**
 * Ends the context's lifetime after `timeout` milliseconds: loaders that heed its signal cost their fields alone. Where
 * execution goes on regardless, the whole request is answered with `TIMEOUT`.
 */
export function useExecutionTimeout({ timeout }: { readonly timeout: number }): Plugin<Context> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { lifetime }: Context = args.contextValue;
      setExecuteFn((executeArgs) => {
        const result = executeFn(executeArgs);
        if (!(result instanceof Promise)) return result;
        let timer: NodeJS.Timeout | undefined;
        const limit = new Promise((resolve) => {
          timer = setTimeout(() => {
            lifetime.abort(tooLong());
            timer = setTimeout(() => resolve({ errors: [maskError(tooLong())] }), GRACE);
          }, timeout);
        });
        return Promise.race([result, limit]).finally(() => {
          clearTimeout(timer);
          lifetime.end();
        });
      });
    },
  };
}

function tooLong(): AppError {
  return new AppError('The time for this request is over', { code: 'TIMEOUT', retryAfter: 1 });
}
