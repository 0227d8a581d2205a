// Access control of `/control`.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { EmulatorEnv } from './request.ts';

/**
 * Allows requests that carry the secret of this emulator and come from no other origin than the listed ones. All others
 * get the 404 of an unknown path, so that they cannot tell that `/control` exists.
 */
export function guardControl(secret: string, origins: readonly string[]): MiddlewareHandler<EmulatorEnv> {
  const expected = digest(secret);
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin !== undefined && !origins.includes(origin)) return c.notFound();
    if (origin !== undefined) {
      // On the response itself, so that refusals have it too.
      c.env.outgoing.setHeader('access-control-allow-origin', origin);
      c.env.outgoing.setHeader('vary', 'origin');
    }
    if (origin !== undefined && c.req.method === 'OPTIONS') {
      c.header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE');
      c.header('access-control-allow-headers', 'content-type, x-emulator-secret');
      return c.body(null, 204);
    }
    if (!timingSafeEqual(digest(c.req.header('x-emulator-secret') ?? ''), expected)) return c.notFound();
    c.header('cache-control', 'no-store');
    return next();
  };
}

// timingSafeEqual requires inputs of equal length, which digests have.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
