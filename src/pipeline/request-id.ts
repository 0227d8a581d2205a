// X-Request-Id: taken over from the request if a proxy has set a harmless one, else generated; sent with every answer.
import { randomUUID } from 'node:crypto';
import type { Step } from './step.ts';

const HARMLESS = /^[\w.-]{1,64}$/;

/** Names every request, so that an answer, a log line and a report can be matched. */
export function requestId(): Step {
  return {
    name: 'request id',
    routes: ['graphql', 'rest', 'webhook', 'page', 'health', 'preflight', 'unknown'],
    admit(exchange) {
      const given = exchange.header('x-request-id');
      exchange.requestId = given !== undefined && HARMLESS.test(given) ? given : randomUUID();
    },
    headers: (exchange) => ['x-request-id', exchange.requestId],
  };
}
