// The spans of a request: the whole of it, and its execution. Verification and calls are spans of their services.
import type { Plugin } from 'graphql-yoga';
import type { Tracing } from '../core/tracing.ts';
import type { RequestState } from './exchange.ts';

/** Traces every request. */
export function useTracing(tracing: Tracing): Plugin<object, RequestState> {
  return {
    instrumentation: {
      request: ({ request }, wrapped) =>
        tracing.requestSpan('request', (name) => request.headers.get(name), wrapped),
      execute: (_payload, wrapped) => tracing.span('execute', wrapped),
    },
    onResponse({ request, response, serverContext: { requestId, operation } }) {
      tracing.annotate({
        'http.request.method': request.method,
        'http.response.status_code': response.status,
        'http.request.id': requestId,
        'graphql.operation.name': operation,
      });
    },
  };
}
