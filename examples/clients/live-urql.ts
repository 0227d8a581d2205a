// urql: subscriptions by graphql-sse.
import { type Exchange, getOperationName, subscriptionExchange } from '@urql/core';
import { createSubscribe } from './live.ts';
import type { ClientOptions } from './session.ts';

/**
 * Place it before `authExchange`, which would see the refusal that ends a stream twice, with the error and with the end, and may
 * renew for each.
 */
export function liveExchange(options: ClientOptions): Exchange {
  const subscribe = createSubscribe(options);
  return subscriptionExchange({
    forwardSubscription({ query = '', variables = {} }, { query: document }) {
      const operationName = getOperationName(document);
      const request = { query, variables, ...(operationName && { operationName }) };
      return { subscribe: (sink) => ({ unsubscribe: subscribe(request, sink) }) };
    },
  });
}
