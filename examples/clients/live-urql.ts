// urql: subscriptions by graphql-sse.
import { type Exchange, subscriptionExchange } from '@urql/core';
import { createSubscribe } from './live.ts';
import type { ClientOptions } from './session.ts';

/** Place it before `authExchange`, which renews twice where a stream ends with an error: at the error and at the end. */
export function liveExchange(options: ClientOptions): Exchange {
  const subscribe = createSubscribe(options);
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables = {} }) => ({
      subscribe: (sink) => ({ unsubscribe: subscribe({ query, variables }, sink) }),
    }),
  });
}
