// Apollo Client 3.
import {
  ApolloClient,
  ApolloLink,
  fromError,
  fromPromise,
  HttpLink,
  InMemoryCache,
  Observable,
} from 'apollo-client-3/core/index.js';
import { setContext } from 'apollo-client-3/link/context/index.js';
import { onError } from 'apollo-client-3/link/error/index.js';
import { getMainDefinition } from 'apollo-client-3/utilities/index.js';
import { type ClientOptions, isTokenRefused, TOKEN_HEADER } from './session.ts';

/** Creates a client. Call its `clearStore` at sign-out, and `resetStore` at sign-in. */
export function createApolloClient({ url, session, fetch }: ClientOptions) {
  const sendToken = setContext(async (_operation, { headers }) => {
    const token = await session.token();
    return { headers: { ...headers, ...(token !== null && { [TOKEN_HEADER]: token }) } };
  });

  const renewToken = onError(({ graphQLErrors, networkError, response, operation, forward }) => {
    const definition = getMainDefinition(operation.query);
    const kind = 'operation' in definition ? definition.operation : undefined;
    if (!isTokenRefused(graphQLErrors, kind)) return;
    const { headers } = operation.getContext();
    return fromPromise(session.renew(headers?.[TOKEN_HEADER] ?? null)).flatMap((token) => {
      if (token !== null) return forward(operation);
      // A request that was sent with a token is not repeated without one.
      return response ? Observable.of(response) : fromError(networkError);
    });
  });

  return new ApolloClient({
    link: ApolloLink.from([renewToken, sendToken, new HttpLink({ uri: url, ...(fetch && { fetch }) })]),
    cache: new InMemoryCache(),
    // A field that fails does not hide the others: its error arrives together with their data.
    defaultOptions: { query: { errorPolicy: 'all' }, watchQuery: { errorPolicy: 'all' } },
  });
}
