// urql 5: the token is kept until it ends or is refused; then it is renewed once, and all that waits goes on.
import { authExchange } from '@urql/exchange-auth';
import { Client, cacheExchange, fetchExchange, type Operation } from 'urql';
import { isTokenRefused, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { endsSoon } from '../session/ends-soon.ts';

const TOKEN = 'X-Stack-Access-Token';

/** A client of one person: whoever signs in next gets another, with a cache of their own. */
export function createUrqlClient({ url, fetch, session }: ClientOptions): Client {
  return new Client({
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      authExchange(async (utils) => {
        let token = await session.accessToken();
        let refused: string | null = null;
        return {
          addAuthToOperation: (operation) =>
            token ? utils.appendHeaders(operation, { [TOKEN]: token }) : operation,
          willAuthError: () => token === null || endsSoon(token),
          didAuthError({ graphQLErrors }, operation) {
            const isRefused = isTokenRefused(problemsOf(graphQLErrors));
            // Not always the one that is kept: a late answer may be to its predecessor.
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
