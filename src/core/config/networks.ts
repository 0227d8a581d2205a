// Networks in CIDR notation.
import ipaddr from 'ipaddr.js';

/** Bits of an IPv6 address before the IPv4 address that is mapped into it (RFC 4291, section 2.5.5.2). */
const MAPPED_BITS = 96;

/**
 * The network with its first address, as text. A network of IPv4-mapped IPv6 addresses becomes the one of IPv4, as which
 * addresses are compared. `undefined` for what is no network.
 */
export function parseNetwork(text: string): string | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  if (address instanceof ipaddr.IPv4 || !address.isIPv4MappedAddress()) return `${address}/${bits}`;
  // A shorter prefix has addresses that are not mapped.
  return bits < MAPPED_BITS ? undefined : `${address.toIPv4Address()}/${bits - MAPPED_BITS}`;
}
