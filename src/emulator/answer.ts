// Headers and errors of every response of the emulated API.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { KnownError } from './known-errors.ts';
import { type EmulatorContext, type EmulatorEnv, readHeader } from './request.ts';

const BOTH_SPELLINGS: readonly string[] = ['x-stack', 'x-hexclave'];

const REQUEST_HEADERS = [
  'access-type',
  'project-id',
  'branch-id',
  'publishable-client-key',
  'secret-server-key',
  'super-secret-admin-key',
  'admin-access-token',
  'access-token',
  'refresh-token',
  'allow-anonymous-user',
  'allow-restricted-user',
  'override-error-status',
  'random-nonce',
  'client-version',
].flatMap((name) => BOTH_SPELLINGS.map((prefix) => `${prefix}-${name}`));

const RESPONSE_HEADERS = ['known-error', 'actual-status', 'request-id'].flatMap((name) =>
  BOTH_SPELLINGS.map((prefix) => `${prefix}-${name}`),
);

/**
 * Allows pages of every origin to read a response, whatever answers it: the answer of a fault too, which a browser would report as
 * a mistake of CORS instead.
 */
export function allowEveryOrigin(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', RESPONSE_HEADERS.join(', '));
}

/**
 * Adds the headers of every response: request id, and no caching unless the route allows it. Turns a 4xx into 200 where `override-error-status` asks for it (contract 3, M 33), and answers preflights.
 */
export const answerAsProvider: MiddlewareHandler<EmulatorEnv> = async (c, next) => {
  if (c.req.method === 'OPTIONS') c.res = c.body(null, 200);
  else await next();
  const { status } = c.res;
  if (status === 405) return;
  if (status >= 400 && status < 500 && readHeader(c, 'override-error-status') !== undefined) {
    c.res = new Response(c.res.body, { status: 200, headers: c.res.headers });
    setBoth(c, 'actual-status', String(status));
  }
  const type = c.res.headers.get('content-type')?.split(';')[0];
  if (type) c.header('content-type', `${type}; charset=utf-8`);
  setBoth(c, 'request-id', randomUUID());
  if (c.req.method !== 'OPTIONS') {
    if (status !== 308 && !c.res.headers.has('cache-control'))
      c.header('cache-control', 'no-store, max-age=0');
    return;
  }
  c.header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
  c.header(
    'access-control-allow-headers',
    ['content-type', ...REQUEST_HEADERS, 'ngrok-skip-browser-warning'].join(', '),
  );
  c.header('access-control-max-age', '86400');
};

/** Turns a thrown error into a response: a known error by its code (contract 5), any other as 500. */
export function answerError(error: Error, c: EmulatorContext): Response {
  if (error instanceof HTTPException) return error.getResponse();
  if (!(error instanceof KnownError)) return c.text(`Something went wrong: ${error.message}`, 500);
  const { code, details, message } = error;
  setBoth(c, 'known-error', code);
  return c.json({ code, ...(details && { details }), error: message }, error.status);
}

function setBoth(c: EmulatorContext, name: string, value: string): void {
  for (const prefix of BOTH_SPELLINGS) c.header(`${prefix}-${name}`, value);
}
