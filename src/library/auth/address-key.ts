// The key by which the client of a library's user is counted.
import { hash } from 'node:crypto';
import { createReadAddress } from '../../rate-limit/client-address.ts';

/** Longer than any address. */
const MAX_TEXT = 64;

const readAddress = createReadAddress({ trust: 0 });

/**
 * As the server counts: an IPv6 network is one client. What is no address is counted by its text, of which a client may decide the
 * length: budgets keep the hash of a long one.
 */
export function addressKeyOf(address: string): string {
  const text = String(address);
  const key = readAddress({ peer: text, forwarded: undefined });
  if (key !== 'unknown') return key;
  return text.length > MAX_TEXT ? hash('sha256', text, 'base64') : text;
}
