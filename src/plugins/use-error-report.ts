// Bugs: what clients do not see of them goes to the log, under the request id that the answer names.
import type { ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Logger } from '../logger.ts';
import { withRequestId } from './mask-error.ts';
import { noteCode, type RequestState } from './request-state.ts';

/** Notes every error's code, logs the origin of masked ones, and adds the request id to what the client gets. */
export function useErrorReport({ logger }: { readonly logger: Logger }): Plugin<object, RequestState> {
  return {
    onResultProcess({ request, result, setResult, serverContext }) {
      const { requestId } = serverContext;
      const reportError = (error: GraphQLError): GraphQLError => {
        noteCode(serverContext, error.extensions['code']);
        if (error.extensions['code'] !== 'INTERNAL_SERVER_ERROR') return error;
        // A client that left makes the work below fail, and nobody is there to be told.
        if (!request.signal.aborted) {
          logger.error({ err: error.originalError, requestId, path: error.path }, 'Unexpected error');
        }
        return withRequestId(error, requestId);
      };
      const report = (single: ExecutionResult): ExecutionResult =>
        single.errors ? { ...single, errors: single.errors.map(reportError) } : single;
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, report));
      else if (!Array.isArray(result) && result.errors) setResult(report(result));
    },
  };
}
