// Access control of the bar: only this server's own page, in a browser on this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import { LOOPBACK_HOST } from '../../emulator/loopback.ts';
import type { PageClient } from '../../server/page.ts';

/** The header that carries the secret. It makes browsers send a preflight, which is refused to origins that are not listed. */
export const SECRET_HEADER = 'x-dev-bar-secret';

const LOOPBACK_ADDRESSES: readonly unknown[] = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** What proxies and tunnels add: then the client is not the peer, and the host may be one that they wrote. */
const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
];

/**
 * Whether a request comes from this machine, names loopback as its host (which excludes DNS rebinding), was forwarded by no
 * proxy, and does not come from a page of another origin.
 */
export function isLocal({ headers, peer }: PageClient): boolean {
  if (FORWARDING_HEADERS.some((name) => headers.get(name) !== null)) return false;
  const host = headers.get('host') ?? '';
  const origin = headers.get('origin') ?? `http://${host}`;
  return LOOPBACK_ADDRESSES.includes(peer) && LOOPBACK_HOST.test(host) && origin === `http://${host}`;
}

/** Whether a local client sends the right secret. */
export function knowsSecret({ headers, peer }: PageClient, secret: string): boolean {
  const given = headers.get(SECRET_HEADER) ?? '';
  return isLocal({ headers, peer }) && timingSafeEqual(digest(given), digest(secret));
}

// timingSafeEqual requires inputs of equal length, which digests have.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
