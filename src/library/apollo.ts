// `stack-auth-graphql/apollo`: the user in the context of Apollo Server.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAuthContexts } from './auth/auth-context.ts';
import { disconnectSignalOf } from './auth/disconnect-signal.ts';
import { toRequestError, toResolverContext } from './auth/graphql-errors.ts';
import { nodeHeadersOf } from './auth/node-headers.ts';
import type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

export type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

/**
 * What Apollo Server's integrations for Express and node:http hand to `context`.
 *
 * @example context: async (args: ApolloArguments) => ({ ...(await withUser(args)), db })
 */
export interface ApolloArguments {
  readonly req: IncomingMessage;
  readonly res?: ServerResponse;
}

/**
 * The `context` function of Apollo Server. Refusals are GraphQLErrors with the server's code, reason, status and headers;
 * those of `profile()` have no status.
 *
 * @example
 * await startStandaloneServer(server, { context: stackAuthContext(auth) });
 */
export function stackAuthContext(
  auth: Auth,
  options?: AuthOptions<IncomingMessage>,
): (args: ApolloArguments) => Promise<AuthContext> {
  const contexts = createAuthContexts(auth, options);
  return async ({ req, res }) => {
    try {
      const headers = nodeHeadersOf(req);
      const signal = () => res && disconnectSignalOf(res);
      return toResolverContext(await contexts.create({ request: req, headers, signal }), signal);
    } catch (error) {
      throw toRequestError(error, ({ status, headers }) => ({
        status,
        headers: new Map(Object.entries(headers)),
      }));
    }
  };
}
