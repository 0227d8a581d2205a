// One line and one count for each request, when its answer is ready. Never a token, a variable, a header or a document.
import { getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Services } from '../process/services.ts';
import type { RequestState } from './exchange.ts';

/** A name is of the client's making: so much of it is enough to find the operation. */
const MAX_NAME = 100;

/** Logs and counts a request whose answer is ready. */
export function noteRequest(
  { logger, events }: Pick<Services, 'logger' | 'events'>,
  { state, status }: { readonly state: RequestState; readonly status: number },
): void {
  const {
    requestId,
    startedAt = performance.now(),
    operation,
    credentials,
    codes = [],
    upstreamCalls,
  } = state;
  const seconds = (performance.now() - startedAt) / 1000;
  events.emit({ kind: 'request', status, codes, seconds });
  logger.info(
    {
      requestId,
      operation,
      user: credentials?.claims.id,
      status,
      codes: codes.length > 0 ? [...new Set(codes)] : undefined,
      ms: Math.round(seconds * 1_000_000) / 1000,
      upstreamCalls,
    },
    'Request',
  );
}

/** The name of an operation, as the log has it. */
export function operationNameOf(operation: OperationDefinitionNode | null | undefined): string | undefined {
  return operation?.name?.value.slice(0, MAX_NAME);
}

/** Logs and counts every request but preflights and those for health. */
export function useRequestLog(
  services: Pick<Services, 'logger' | 'events'>,
): Plugin<RequestState, RequestState> {
  return {
    onRequest({ serverContext }) {
      serverContext.startedAt = performance.now();
    },
    onExecute({ args: { document, operationName, contextValue } }) {
      contextValue.operation = operationNameOf(getOperationAST(document, operationName));
    },
    onResponse({ response: { status }, serverContext: state }) {
      // Preflights and health are answered before they get here.
      if (state.startedAt !== undefined) noteRequest(services, { state, status });
    },
  };
}
