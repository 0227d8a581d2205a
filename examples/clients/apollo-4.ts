// Apollo Client 4.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, of, switchMap } from 'rxjs';
import { createLiveLink } from './live-apollo-4.ts';
import { type ClientOptions, isTokenRefused, TOKEN_HEADER } from './session.ts';

// Required by Apollo Client's types for `defaultOptions`.
declare module '@apollo/client' {
  namespace ApolloClient.DeclareDefaultOptions {
    interface WatchQuery {
      errorPolicy: 'all';
    }
    interface Query {
      errorPolicy: 'all';
    }
  }
}

/** Creates a client. Call its `clearStore` at sign-out, and `resetStore` at sign-in. */
export function createApolloClient(options: ClientOptions, ...beforeHttp: ApolloLink[]) {
  const { url, session, fetch } = options;
  const sendToken = new SetContextLink(async ({ headers }) => {
    const token = await session.token();
    return { headers: { ...headers, ...(token !== null && { [TOKEN_HEADER]: token }) } };
  });

  const renewToken = new ErrorLink(({ error, result, operation, forward }) => {
    if (!CombinedGraphQLErrors.is(error) || result === undefined) return;
    if (!isTokenRefused(error.errors, operation.operationType)) return;
    const { headers } = operation.getContext();
    // A request that was sent with a token is not repeated without one.
    return from(session.renew(headers?.[TOKEN_HEADER] ?? null)).pipe(
      switchMap((token) => (token === null ? of(result) : forward(operation))),
    );
  });

  const send = new HttpLink({ uri: url, ...(fetch && { fetch }) });
  const http = ApolloLink.from([renewToken, sendToken, ...beforeHttp, send]);
  return new ApolloClient({
    // `link: http` where there are no subscriptions.
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      createLiveLink(options),
      http,
    ),
    cache: new InMemoryCache(),
    // A field that fails does not hide the others: its error arrives together with their data.
    defaultOptions: { query: { errorPolicy: 'all' }, watchQuery: { errorPolicy: 'all' } },
  });
}
