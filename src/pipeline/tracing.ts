// The spans of a request: the whole of it, and its execution. Calls to the provider are children of the execution.
import type { Tracing } from '../core/spans.ts';
import type { Step } from './step.ts';

/** Traces every request. The span stands on the exchange; it is active, as OpenTelemetry calls it, in execution alone. */
export function tracing({ startRequest }: Tracing): Step {
  return {
    name: 'tracing',
    routes: ['graphql', 'rest', 'webhook', 'unknown'],
    admit(exchange) {
      exchange.span = startRequest((name) => exchange.header(name));
    },
    execute: (_operation, next, { span }) => (span ? span.run('execute', next) : next()),
    done({ span, method, requestId, operationName }, status) {
      span?.end({
        'http.request.method': method,
        'http.response.status_code': status,
        'http.request.id': requestId,
        'graphql.operation.name': operationName,
      });
    },
  };
}
