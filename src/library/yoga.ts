// `stack-auth-graphql/yoga`: the user in the context of a GraphQL Yoga server.
import { mapAsyncIterator } from '@whatwg-node/promise-helpers';
import type { Plugin } from 'graphql-yoga';
import { createAuthContexts } from './auth/auth-context.ts';
import { toRequestError, toResolverContext, withFieldErrors } from './auth/graphql-errors.ts';
import type { Auth, AuthContext, AuthOptions, Principal } from './auth/types.ts';
import { VerifiedPrincipal } from './auth/verified-principal.ts';

export type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

/**
 * Authenticates every GraphQL request before its body is read, and adds `user`, `principal` and `profile()` to the context.
 * Refusals have the server's code, reason, status and headers; those of `profile()`, and an `AuthError` that a resolver throws, have
 * no status.
 *
 * Operations of `getEnveloped`, as over a WebSocket, are those of the `principal` in their context, and a guest's without one.
 *
 * @example createYoga({ schema, plugins: [useStackAuth(auth, { required: false })] });
 */
export function useStackAuth(auth: Auth, options?: AuthOptions<Request>): Plugin {
  const contexts = createAuthContexts(auth, options);
  const httpError = (error: unknown) => toRequestError(error, ({ status, headers }) => ({ status, headers }));
  // Not on the server's own context, which some runtimes share between requests.
  const created = new WeakMap<Request, AuthContext>();

  /**
   * Of an operation that `onRequestParse` has not seen: it is a guest's, and refused where a token is required. A principal is
   * taken only where there is no request: on a context that requests share, it could be another user's.
   */
  function contextWithoutRequest(context: object): AuthContext {
    const { request, principal }: { request?: unknown; principal?: Principal } = context;
    const isVerified = request === undefined && VerifiedPrincipal.originOf(principal) !== undefined;
    const noSignal = () => undefined;
    try {
      return toResolverContext(contexts.of(isVerified ? principal : undefined, noSignal), noSignal);
    } catch (error) {
      throw httpError(error);
    }
  }

  return {
    async onRequestParse({ request }) {
      try {
        const signal = () => request.signal ?? undefined;
        const context = await contexts.create({ request, headers: request, signal });
        created.set(request, toResolverContext(context, signal));
      } catch (error) {
        throw httpError(error);
      }
    },
    onContextBuilding({ context, extendContext }) {
      // As an object: a type of the plugin for its additions would have to be that of every other plugin.
      extendContext((created.get(context.request) ?? contextWithoutRequest(context)) as object);
    },
    // Before Yoga masks what is no GraphQLError.
    onExecute: () => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result) setResult(mapAsyncIterator(result, withFieldErrors));
        else setResult(withFieldErrors(result));
      },
    }),
    onSubscribe: () => ({
      onSubscribeResult({ result, setResult }) {
        if (Symbol.asyncIterator in result) setResult(mapAsyncIterator(result, withFieldErrors));
        else setResult(withFieldErrors(result));
      },
    }),
  };
}
