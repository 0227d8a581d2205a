// Where a request comes from: the peer, or what trusted proxies say of it.
import ipaddr from 'ipaddr.js';

/** Whom to believe about `X-Forwarded-For`: so many proxies in front of us, or those in these networks (CIDR). */
export type TrustProxy = number | readonly string[];

/** The two things an address is read from. `forwarded` is `X-Forwarded-For`, as it came. */
export interface Hops {
  readonly peer: string | undefined;
  readonly forwarded: string | null | undefined;
}

/** Gives the address by which a client is counted: IPv4 whole, IPv6 by its /64. `unknown` where there is none. */
export type ReadAddress = (hops: Hops) => string;

/** `onUntrusted` is called once, when a forwarded address first comes from a peer that is not believed. */
export interface ReadAddressOptions {
  readonly trust: TrustProxy;
  readonly onUntrusted?: (peer: string) => void;
}

/** Makes the reader. Throws where a network is not one in CIDR notation. */
export function createReadAddress({ trust, onUntrusted }: ReadAddressOptions): ReadAddress {
  let told = false;
  const networks = typeof trust === 'number' ? [] : trust.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = (address: string, hop: number) =>
    typeof trust === 'number' ? hop < trust : networks.some((network) => matches(address, network));

  return ({ peer, forwarded }) => {
    if (peer === undefined) return 'unknown';
    // From the right: each proxy appends whom it has heard, and what a client wrote itself stands to the left.
    const chain = [peer, ...(forwarded?.split(',').reverse() ?? [])].map((entry) => entry.trim());
    if (forwarded && !told && !isTrusted(peer, 0)) {
      told = true;
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

/** One household has a /64 of IPv6: to count single addresses of it would be to count nothing. */
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
