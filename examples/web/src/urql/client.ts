// urql 5: the token is kept until it expires or is refused; then it is renewed once for all waiting operations.
import { authExchange } from '@urql/exchange-auth';
import {
  Client,
  cacheExchange,
  fetchExchange,
  getOperationName,
  type Operation,
  subscriptionExchange,
} from 'urql';
import { isTokenRefused, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { endsSoon } from '../session/ends-soon.ts';
import { createSubscribe } from '../session/live.ts';

const TOKEN = 'X-Stack-Access-Token';

/** Creates a client for one user. The next user gets another client, with an empty cache. */
export function createUrqlClient(options: ClientOptions): Client {
  const { url, fetch, session } = options;
  const subscribe = createSubscribe(options);
  return new Client({
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      // Before `authExchange`, which would see the refusal that ends a stream twice: with the error, and with the end.
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }, { query: document }) => ({
          subscribe: (sink) => ({
            unsubscribe: subscribe(
              { query, variables, operationName: getOperationName(document) ?? '' },
              sink,
            ),
          }),
        }),
      }),
      authExchange(async (utils) => {
        let token = await session.accessToken();
        let refused: string | null = null;
        return {
          addAuthToOperation: (operation) =>
            token ? utils.appendHeaders(operation, { [TOKEN]: token }) : operation,
          willAuthError: () => token === null || endsSoon(token),
          didAuthError({ graphQLErrors }, operation) {
            const isRefused = isTokenRefused(problemsOf(graphQLErrors));
            // May differ from the current token: a late answer may belong to the previous one.
            if (isRefused) refused = sentToken(operation);
            return isRefused;
          },
          async refreshAuth() {
            token = refused === null ? await session.accessToken() : await session.renewAccessToken(refused);
            refused = null;
          },
        };
      }),
      fetchExchange,
    ],
  });
}

function sentToken({ context: { fetchOptions } }: Operation): string | null {
  const { headers } = (typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions) ?? {};
  return new Headers(headers).get(TOKEN);
}
