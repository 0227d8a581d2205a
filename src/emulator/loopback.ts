// Protection against DNS rebinding.
import type { MiddlewareHandler } from 'hono';
import type { EmulatorEnv } from './request.ts';

/** Matches a `Host` header that names loopback. */
export const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Refuses requests for another host, so that a page cannot reach the emulator by rebinding its DNS name to loopback. */
export const requireLoopbackHost: MiddlewareHandler<EmulatorEnv> = async (c, next) => {
  if (!LOOPBACK_HOST.test(c.env.incoming.headers.host ?? '')) return c.text('Forbidden', 403);
  return next();
};
