// One log line and one event for each request, once it has been answered. Never a token, a variable, a header or a document.
import { getOperationAST } from 'graphql';
import type { Services } from '../process/services.ts';
import type { Step } from './step.ts';

/** The status under which a request is logged whose client disconnected before the answer was sent. */
export const CLIENT_CLOSED = 499;

/** Clients choose the name of an operation: this much of it is enough to find it. */
const MAX_NAME_LENGTH = 100;

/** Logs and counts every request, except preflights, health checks and pages. */
export function requestLog({ logger, events }: Pick<Services, 'logger' | 'events'>): Step {
  return {
    name: 'request log',
    routes: ['graphql', 'rest', 'webhook', 'unknown'],
    check({ document, operationName }, exchange) {
      const operation = getOperationAST(document, operationName);
      exchange.operationName = operation?.name?.value.slice(0, MAX_NAME_LENGTH);
      return undefined;
    },
    done(exchange, status) {
      const { requestId, startedAt, operationName, credentials, codes, providerCalls, stream } = exchange;
      const seconds = (performance.now() - startedAt) / 1000;
      // A stream that has not ended otherwise ends with its request.
      const ended = stream?.started ? (stream.ended ?? 'client') : undefined;
      events.emit({ kind: 'request', status, codes, seconds, stream: ended });
      logger.info(
        {
          requestId,
          operation: operationName,
          path: exchange.route === 'rest' || exchange.route === 'webhook' ? exchange.path : undefined,
          user: credentials?.claims.id,
          status,
          codes: codes.length > 0 ? codes : undefined,
          ms: Math.round(seconds * 1_000_000) / 1000,
          upstreamCalls: providerCalls > 0 ? providerCalls : undefined,
          events: stream?.started ? stream.events : undefined,
          ended,
        },
        'Request',
      );
    },
  };
}
