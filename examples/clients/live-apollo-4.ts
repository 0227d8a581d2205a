// Apollo Client 4: subscriptions by graphql-sse.
import { ApolloLink } from '@apollo/client';
import { print } from 'graphql';
import { Observable } from 'rxjs';
import { createSubscribe } from './live.ts';
import type { ClientOptions } from './session.ts';

/** Creates the link that ends the chain for subscriptions. Links that renew tokens do not stand before it. */
export function createLiveLink(options: ClientOptions): ApolloLink {
  const subscribe = createSubscribe(options);
  return new ApolloLink(
    ({ query, variables, operationName = '' }) =>
      new Observable<ApolloLink.Result>((sink) =>
        subscribe({ query: print(query), variables, operationName }, sink),
      ),
  );
}
