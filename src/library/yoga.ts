// `stack-auth-graphql/yoga`: the user in the context of a GraphQL Yoga server.
import type { Plugin } from 'graphql-yoga';
import { createAuthContexts } from './auth/auth-context.ts';
import { toRequestError, toResolverContext } from './auth/graphql-errors.ts';
import type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

export type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

/**
 * Authenticates every GraphQL request before its body is read, and adds `user`, `principal` and `profile()` to the context.
 * Refusals have the server's code, reason, status and headers; those of `profile()` have no status.
 *
 * @example createYoga({ schema, plugins: [useStackAuth(auth, { required: false })] });
 */
export function useStackAuth(auth: Auth, options?: AuthOptions<Request>): Plugin {
  const createContext = createAuthContexts(auth, options);
  // Not on the server's own context, which some runtimes share between requests.
  const contexts = new WeakMap<Request, AuthContext>();
  return {
    async onRequestParse({ request }) {
      try {
        const signal = () => request.signal ?? undefined;
        const created = await createContext({ request, headers: request, signal });
        contexts.set(request, toResolverContext(created, signal));
      } catch (error) {
        throw toRequestError(error, ({ status, headers }) => ({ status, headers }));
      }
    },
    onContextBuilding({ context, extendContext }) {
      const created = contexts.get(context.request);
      // As an object: a type of the plugin for its additions would have to be that of every other plugin.
      if (created) extendContext(created as object);
    },
  };
}
