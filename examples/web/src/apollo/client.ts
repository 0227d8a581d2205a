// Apollo Client 4: each request asks the SDK for a good token; one that is refused is renewed, and the request repeated.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, mergeMap, throwError } from 'rxjs';
import { isTokenRefused, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';

// What is there is shown, whatever became of the rest; and the types of hooks know it.
const defaultOptions = { watchQuery: { errorPolicy: 'all' }, query: { errorPolicy: 'all' } } as const;

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

const TOKEN = 'X-Stack-Access-Token';

/** A client of one person: whoever signs in next gets another, with a cache of their own. */
export function createApolloClient({ url, fetch, session }: ClientOptions): ApolloClient {
  const sendToken = new SetContextLink(async ({ headers }) => {
    const token = await session.accessToken();
    return { headers: { ...headers, ...(token && { [TOKEN]: token }) } };
  });

  const renewToken = new ErrorLink(({ error, operation, forward }) => {
    if (!CombinedGraphQLErrors.is(error) || !isTokenRefused(problemsOf(error.errors))) return;
    const { headers } = operation.getContext();
    return from(session.renewAccessToken(headers?.[TOKEN] ?? null)).pipe(
      // What comes of the second attempt stands, or a refusal would go round for ever.
      mergeMap((token) => (token ? forward(operation) : throwError(() => error))),
    );
  });

  return new ApolloClient({
    link: ApolloLink.from([renewToken, sendToken, new HttpLink({ uri: url, fetch })]),
    cache: new InMemoryCache(),
    defaultOptions,
  });
}
