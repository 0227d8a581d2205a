// Who may see and use the bar: pages of this very server, opened in a browser on this machine.
import { createHash, timingSafeEqual } from 'node:crypto';
import { LOOPBACK_HOST } from '../../emulator/loopback.ts';
import type { Visitor } from '../../server/page.ts';

/** The header that carries the secret. No page of another origin may send it: it is not among those of CORS. */
export const SECRET_HEADER = 'x-dev-bar-secret';

const LOOPBACK_ADDRESSES: readonly unknown[] = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/**
 * Whether somebody on this machine asks, by a name of loopback (a page that rebinds its DNS name to it gets nothing),
 * and no page of another origin.
 */
export function isLocal({ headers, peer }: Visitor): boolean {
  const host = headers.get('host') ?? '';
  const origin = headers.get('origin') ?? `http://${host}`;
  return LOOPBACK_ADDRESSES.includes(peer) && LOOPBACK_HOST.test(host) && origin === `http://${host}`;
}

/** Whether a local visitor knows the secret of this start. */
export function knowsSecret({ headers, peer }: Visitor, secret: string): boolean {
  const given = headers.get(SECRET_HEADER) ?? '';
  return isLocal({ headers, peer }) && timingSafeEqual(digest(given), digest(secret));
}

// Digests have one length, which is all that timingSafeEqual asks for.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
