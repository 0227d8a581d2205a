// Apollo Client 4.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, of, switchMap } from 'rxjs';
import { type ClientOptions, isTokenRefused, TOKEN_HEADER } from './session.ts';

// Without it, TypeScript takes no default policy.
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

/** Makes a client. Call its `clearStore` when somebody signs out, and `resetStore` when somebody signs in. */
export function createApolloClient({ url, session }: ClientOptions, ...beforeHttp: ApolloLink[]) {
  const sendToken = new SetContextLink(async ({ headers }) => {
    const token = await session.token();
    return { headers: { ...headers, ...(token !== null && { [TOKEN_HEADER]: token }) } };
  });

  const renewToken = new ErrorLink(({ error, result, operation, forward }) => {
    if (!CombinedGraphQLErrors.is(error) || result === undefined) return;
    if (!isTokenRefused(error.errors, operation.operationType)) return;
    const { headers } = operation.getContext();
    // What was asked as somebody is not asked again as nobody.
    return from(session.renew(headers?.[TOKEN_HEADER] ?? null)).pipe(
      switchMap((token) => (token === null ? of(result) : forward(operation))),
    );
  });

  return new ApolloClient({
    link: ApolloLink.from([renewToken, sendToken, ...beforeHttp, new HttpLink({ uri: url })]),
    cache: new InMemoryCache(),
    // A field that fails costs that field alone: its error comes beside the data of the others.
    defaultOptions: { query: { errorPolicy: 'all' }, watchQuery: { errorPolicy: 'all' } },
  });
}
