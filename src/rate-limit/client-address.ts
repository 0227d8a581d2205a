// The client's address: that of the peer, or the one that trusted proxies forward.
import ipaddr from 'ipaddr.js';
import { parseNode } from './forwarded-node.ts';

/** Whose `X-Forwarded-For` is trusted: that of so many proxies in front of the server, or of these networks (CIDR). */
export type TrustProxy = number | readonly string[];

/** What an address is read from: the address of the connection, and `X-Forwarded-For` as it was received. */
export interface Hops {
  readonly peer: string | undefined;
  readonly forwarded: string | null | undefined;
}

/** Returns the key by which a client is counted: its IPv4 address, its IPv6 /64, or `unknown`. */
export type ReadAddress = (hops: Hops) => string;

/**
 * `onUntrusted` is called once, for the first `X-Forwarded-For` that comes from an untrusted peer; `onUnreadable` once, for
 * the first entry of a trusted proxy that is no address. Its client is counted as that proxy.
 */
export interface ReadAddressOptions {
  readonly trust: TrustProxy;
  readonly onUntrusted?: (peer: string) => void;
  readonly onUnreadable?: (proxy: string) => void;
}

type Address = ReturnType<typeof ipaddr.process>;

/** Creates the reader. Throws where a network is not in CIDR notation. */
export function createReadAddress({ trust, onUntrusted, onUnreadable }: ReadAddressOptions): ReadAddress {
  const reportUntrusted = once(onUntrusted);
  const reportUnreadable = once(onUnreadable);
  const networks = typeof trust === 'number' ? [] : trust.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = (address: Address, hop: number) =>
    typeof trust === 'number' ? hop < trust : networks.some((network) => matches(address, network));

  return ({ peer, forwarded }) => {
    let address = peer === undefined ? undefined : parseNode(peer);
    if (peer === undefined || !address) return 'unknown';
    if (!forwarded) return keyOf(address);
    if (!isTrusted(address, 0)) {
      reportUntrusted(peer);
      return keyOf(address);
    }
    // From the right: each proxy appends the address of its peer, so entries that the client wrote are on the left.
    for (const [hop, entry] of forwarded.split(',').reverse().entries()) {
      if (!isTrusted(address, hop)) break;
      const next = parseNode(entry.trim());
      if (!next) {
        reportUnreadable(address.toString());
        break;
      }
      address = next;
    }
    return keyOf(address);
  };
}

function once(report: ((address: string) => void) | undefined): (address: string) => void {
  let isReported = false;
  return (address) => {
    if (isReported) return;
    isReported = true;
    report?.(address);
  };
}

function matches(address: Address, [network, bits]: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** A household has a whole /64 of IPv6 addresses, so they are counted together. */
function keyOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  return `${address
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}
