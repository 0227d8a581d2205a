// Bugs: what clients do not see of them goes to the log, under the request id that the answer names.
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Logger } from '../core/logger.ts';
import { noteCode, type RequestState } from './exchange.ts';
import { withRequestId } from './mask-error.ts';

/** What a report needs to know of the request. */
export interface Reported {
  readonly state: RequestState;
  readonly logger: Logger;
  /** Whether the client has left. */
  readonly aborted: boolean;
}

/** Notes every error's code, logs the origin of masked ones, and adds the request id to what the client gets. */
export function reportErrors(result: ExecutionResult, { state, logger, aborted }: Reported): ExecutionResult {
  if (!result.errors) return result;
  const { requestId } = state;
  const errors = result.errors.map((error) => {
    noteCode(state, error.extensions['code']);
    if (error.extensions['code'] !== 'INTERNAL_SERVER_ERROR') return error;
    // A client that left makes the work below fail, and nobody is there to be told.
    if (!aborted) logger.error({ err: error.originalError, requestId, path: error.path }, 'Unexpected error');
    return withRequestId(error, requestId);
  });
  return { ...result, errors };
}

/** Reports the errors of every result. */
export function useErrorReport({ logger }: { readonly logger: Logger }): Plugin<object, RequestState> {
  return {
    onResultProcess({ request, result, setResult, serverContext: state }) {
      const report = (single: ExecutionResult) =>
        reportErrors(single, { state, logger, aborted: request.signal.aborted });
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, report));
      else if (!Array.isArray(result)) setResult(report(result));
    },
  };
}
