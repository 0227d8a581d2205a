// `stack-auth-graphql/node`: for Express, Connect, Fastify by @fastify/middie, and node:http.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/errors.ts';
import { restAnswerOf } from '../core/rest-answer.ts';
import { createAuthContexts } from './auth/auth-context.ts';
import { disconnectSignalOf } from './auth/disconnect-signal.ts';
import { nodeHeadersOf } from './auth/node-headers.ts';
import type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

export type { Auth, AuthContext, AuthOptions } from './auth/types.ts';

declare module 'node:http' {
  interface IncomingMessage {
    /** Set by `authMiddleware`. */
    auth?: AuthContext;
  }
}

/**
 * A middleware in the form of Connect.
 *
 * @example
 * const guard: AuthMiddleware = authMiddleware(auth);
 * createServer((req, res) => guard(req, res, () => res.end(req.auth?.user?.id)));
 */
export type AuthMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Authenticates each request and sets `req.auth`. Answers refusals itself, and calls `next` with an error only for a bug.
 *
 * @example
 * app.use('/api', authMiddleware(auth));
 * app.get('/api/me', (req, res) => res.json(req.auth?.user));
 */
export function authMiddleware(auth: Auth, options?: AuthOptions<IncomingMessage>): AuthMiddleware {
  const contexts = createAuthContexts(auth, options);
  return (req, res, next) => {
    contexts
      .create({ request: req, headers: nodeHeadersOf(req), signal: () => disconnectSignalOf(res) })
      .then(
        (context) => {
          req.auth = context;
          next();
        },
        (error) => {
          if (error instanceof AppError) refuse(res, error);
          else next(error);
        },
      );
  };
}

function refuse(res: ServerResponse, error: AppError): void {
  if (res.headersSent || res.writableEnded) return;
  const { status, headers, body } = restAnswerOf(error);
  // Headers that others have set, such as those of CORS, stay.
  res.writeHead(status, headers).end(JSON.stringify(body));
}
