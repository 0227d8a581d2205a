// urql 5 (@urql/core 6) with @urql/exchange-auth.
import { Client, cacheExchange, type Exchange, fetchExchange, type Operation } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { endsSoon } from './ends-soon.ts';
import { liveExchange } from './live-urql.ts';
import { type ClientOptions, isTokenRefused, TOKEN_HEADER } from './session.ts';

/** Creates a client for one user. Create another at sign-in and sign-out, so that no token or data remains. */
export function createUrqlClient(options: ClientOptions, ...beforeFetch: Exchange[]): Client {
  const { url, session, fetch } = options;
  return new Client({
    url,
    ...(fetch && { fetch }),
    // Variables do not belong into URLs, which proxies log.
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      // Only where there are subscriptions.
      liveExchange(options),
      authExchange(async ({ appendHeaders }) => {
        let token = await session.token();
        let refused: string | null = null;
        return {
          addAuthToOperation: (operation) =>
            token === null ? operation : appendHeaders(operation, { [TOKEN_HEADER]: token }),
          // A user may have signed in since. A token that is about to expire is not sent and then refused.
          willAuthError: () => token === null || endsSoon(token),
          didAuthError({ graphQLErrors }, operation) {
            const isRefused = isTokenRefused(graphQLErrors, operation.kind);
            if (isRefused) refused = sentToken(operation);
            return isRefused;
          },
          async refreshAuth() {
            const before = refused;
            refused = null;
            token = await session.renew(before);
            // A request that was sent with a token is not repeated without one.
            if (before !== null && token === null) throw new Error('The session has ended');
          },
        };
      }),
      ...beforeFetch,
      fetchExchange,
    ],
  });
}

function sentToken({ context: { fetchOptions } }: Operation): string | null {
  const { headers } = (typeof fetchOptions === 'function' ? fetchOptions() : fetchOptions) ?? {};
  return new Headers(headers).get(TOKEN_HEADER);
}
