// Apollo Client 4: each request takes a valid token from the SDK; a refused one is renewed and the request repeated.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { print } from 'graphql';
import { from, mergeMap, Observable, throwError } from 'rxjs';
import { isTokenRefused, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { createSubscribe } from '../session/live.ts';

// Shows the fields that succeeded, even if others failed. `as const` passes the policy to the types of the hooks.
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

/** Creates a client for one user. The next user gets another client, with an empty cache. */
export function createApolloClient(options: ClientOptions): ApolloClient {
  const { url, fetch, session } = options;
  const sendToken = new SetContextLink(async ({ headers }) => {
    const token = await session.accessToken();
    return { headers: { ...headers, ...(token && { [TOKEN]: token }) } };
  });

  const renewToken = new ErrorLink(({ error, operation, forward }) => {
    if (!CombinedGraphQLErrors.is(error) || !isTokenRefused(problemsOf(error.errors))) return;
    const { headers } = operation.getContext();
    return from(session.renewAccessToken(headers?.[TOKEN] ?? null)).pipe(
      // The result of the second attempt is final, so that a refusal cannot loop.
      mergeMap((token) => (token ? forward(operation) : throwError(() => error))),
    );
  });

  const subscribe = createSubscribe(options);
  const live = new ApolloLink(
    ({ query, variables, operationName = '' }) =>
      new Observable<ApolloLink.Result>((sink) =>
        subscribe({ query: print(query), variables, operationName }, sink),
      ),
  );

  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      live,
      ApolloLink.from([renewToken, sendToken, new HttpLink({ uri: url, fetch })]),
    ),
    cache: new InMemoryCache(),
    defaultOptions,
  });
}
