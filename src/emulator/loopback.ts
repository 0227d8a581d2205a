import type { MiddlewareHandler } from 'hono';
import type { EmulatorEnv } from './request.ts';

/** A `Host` that names loopback. */
export const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Refuses requests that name another host: a page that rebinds its DNS name to loopback gets nothing. */
export const requireLoopbackHost: MiddlewareHandler<EmulatorEnv> = async (c, next) => {
  if (!LOOPBACK_HOST.test(c.env.incoming.headers.host ?? '')) return c.text('Forbidden', 403);
  return next();
};
