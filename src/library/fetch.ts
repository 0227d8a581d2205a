// `stack-auth-graphql/fetch`: for Hono, Next.js, Elysia, Bun and whatever else answers a Request with a Response.
import { AppError } from '../core/errors.ts';
import { restAnswerOf } from '../core/rest-answer.ts';
import { createAuthContexts } from './auth/auth-context.ts';
import type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

export type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

/**
 * Answers a request that was authenticated. What the framework passes besides it is handed on.
 *
 * @example const handler: AuthenticatedHandler<[]> = (_request, { user }) => Response.json({ id: user?.id });
 */
export type AuthenticatedHandler<Rest extends unknown[]> = (
  request: Request,
  context: AuthContext,
  ...rest: Rest
) => Response | Promise<Response>;

/**
 * A handler that authenticates each request first, and answers every `AuthError`, also those that `handler` throws. Other
 * errors pass through.
 *
 * @example
 * export const GET = withAuth(auth, async (_request, { profile }) => Response.json(await profile()));
 */
export function withAuth<Rest extends unknown[]>(
  auth: Auth,
  handler: AuthenticatedHandler<Rest>,
  options?: AuthOptions<Request>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const contexts = createAuthContexts(auth, options);
  return async (request, ...rest) => {
    try {
      const context = await contexts.create({ request, headers: request, signal: () => request.signal });
      return await handler(request, context, ...rest);
    } catch (error) {
      return errorResponse(error);
    }
  };
}

/**
 * The answer to an `AuthError`, for a middleware of your own. Anything else is thrown again.
 *
 * @example
 * app.onError((error, c) => {
 *   if (error instanceof AuthError) return errorResponse(error);
 *   return c.text('Internal Server Error', 500);
 * });
 */
export function errorResponse(error: unknown): Response {
  if (!(error instanceof AppError)) throw error;
  const { status, headers, body } = restAnswerOf(error);
  return new Response(JSON.stringify(body), { status, headers });
}
