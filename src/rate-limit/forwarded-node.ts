// Identifiers of nodes, as proxies write them into `X-Forwarded-For`: RFC 7239, section 6, with or without its quotes.
import ipaddr from 'ipaddr.js';

/** An address, with or without brackets, and a port or an obfuscated one (`:_name`). Some proxies append one, such as Azure's. */
const NODE = /^(?:\[([^\]]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/;

/**
 * The address of a node: of IPv4 also where that is mapped into IPv6. `undefined` for `unknown`, obfuscated names and all
 * else that is no address.
 */
export function parseNode(text: string): ReturnType<typeof ipaddr.process> | undefined {
  const node = /^"(.*)"$/.exec(text)?.[1] ?? text;
  const [, bracketed, plain = node] = NODE.exec(node) ?? [];
  const address = bracketed ?? plain;
  if (!isAddress(address, bracketed !== undefined)) return undefined;
  return ipaddr.process(address);
}

/** Only IPv6 has brackets. IPv4 has four decimal parts: ipaddr.js also reads a bare port as an address. */
function isAddress(text: string, isBracketed: boolean): boolean {
  return ipaddr.IPv6.isValid(text) || (!isBracketed && ipaddr.IPv4.isValidFourPartDecimal(text));
}
