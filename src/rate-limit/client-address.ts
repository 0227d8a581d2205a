// The client's address: that of the peer, or the one that trusted proxies forward.
import ipaddr from 'ipaddr.js';

/** Whose `X-Forwarded-For` is trusted: that of so many proxies in front of the server, or of these networks (CIDR). */
export type TrustProxy = number | readonly string[];

/** What an address is read from: the address of the connection, and `X-Forwarded-For` as it was received. */
export interface Hops {
  readonly peer: string | undefined;
  readonly forwarded: string | null | undefined;
}

/** Returns the key by which a client is counted: its IPv4 address, its IPv6 /64, or `unknown`. */
export type ReadAddress = (hops: Hops) => string;

/** `onUntrusted` is called once, for the first `X-Forwarded-For` that comes from an untrusted peer. */
export interface ReadAddressOptions {
  readonly trust: TrustProxy;
  readonly onUntrusted?: (peer: string) => void;
}

/** Creates the reader. Throws where a network is not in CIDR notation. */
export function createReadAddress({ trust, onUntrusted }: ReadAddressOptions): ReadAddress {
  let reported = false;
  const networks = typeof trust === 'number' ? [] : trust.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = (address: string, hop: number) =>
    typeof trust === 'number' ? hop < trust : networks.some((network) => matches(address, network));

  return ({ peer, forwarded }) => {
    if (peer === undefined) return 'unknown';
    // From the right: each proxy appends the address of its peer, so entries that the client wrote are on the left.
    const chain = [peer, ...(forwarded?.split(',').reverse() ?? [])].map((entry) => entry.trim());
    if (forwarded && !reported && !isTrusted(peer, 0)) {
      reported = true;
      onUntrusted?.(peer);
    }
    let hop = 0;
    while (hop < chain.length - 1 && isTrusted(chain[hop] ?? '', hop) && ipaddr.isValid(chain[hop + 1] ?? ''))
      hop += 1;
    return group(chain[hop] ?? peer);
  };
}

function matches(address: string, [network, bits]: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === network.kind() && parsed.match(network, bits);
}

/** A household has a whole /64 of IPv6 addresses, so they are counted together. */
function group(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}
