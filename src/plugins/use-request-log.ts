// One line and one count for each request, when its answer is ready. Never a token, a variable, a header or a document.
import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Services } from '../services.ts';
import type { RequestState } from './request-state.ts';

/** A name is of the client's making: so much of it is enough to find the operation. */
const MAX_NAME = 100;

/** Logs and counts every request but preflights and those for health. */
export function useRequestLog({
  logger,
  telemetry,
}: Pick<Services, 'logger' | 'telemetry'>): Plugin<RequestState, RequestState> {
  return {
    onRequest({ serverContext }) {
      serverContext.startedAt = performance.now();
    },
    onExecute({ args: { document, operationName, contextValue } }) {
      contextValue.operation = getOperationAST(document, operationName)?.name?.value.slice(0, MAX_NAME);
    },
    onResponse({ response, serverContext }) {
      // Preflights and health are answered before they get here.
      if (serverContext.startedAt === undefined) return;
      const { requestId, startedAt, operation, credentials, codes = [], upstreamCalls } = serverContext;
      const seconds = (performance.now() - startedAt) / 1000;
      telemetry.observe({ kind: 'request', status: response.status, codes, seconds });
      logger.info(
        {
          requestId,
          operation,
          user: credentials?.claims.id,
          status: response.status,
          codes: codes.length > 0 ? codes : undefined,
          ms: Math.round(seconds * 1_000_000) / 1000,
          upstreamCalls,
        },
        'Request',
      );
    },
  };
}
