// The client's address: that of the peer, or the one that trusted proxies forward.
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
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

/** A parsed address, and the key of the client that has it. */
interface Client {
  readonly address: Address;
  readonly key: string;
}

/** Addresses whose parsed form is kept: parsing costs 10 µs, and most requests come from few clients or proxies. */
const MAX_CLIENTS = 1_000;

/** Longest text that is kept, in characters. An IPv6 address with brackets and a port has 53 at most. */
const MAX_KEPT = 64;

/** Creates the reader. Throws where a network is not in CIDR notation. */
export function createReadAddress({ trust, onUntrusted, onUnreadable }: ReadAddressOptions): ReadAddress {
  const reportUntrusted = once(onUntrusted);
  const reportUnreadable = once(onUnreadable);
  const networks = typeof trust === 'number' ? [] : trust.map((network) => ipaddr.parseCIDR(network));
  const isTrusted = ({ address }: Client, hop: number) =>
    typeof trust === 'number' ? hop < trust : networks.some((network) => matches(address, network));
  const clients = new LRUCache<string, Client>({ max: MAX_CLIENTS });

  function readClient(text: string): Client | undefined {
    const known = clients.get(text);
    if (known) return known;
    const address = parseNode(text);
    if (!address) return undefined;
    const client = { address, key: keyOf(address) };
    // A copy: an entry is a slice of the header, all of which it would keep in memory.
    if (text.length <= MAX_KEPT) clients.set(Buffer.from(text).toString(), client);
    return client;
  }

  return ({ peer, forwarded }) => {
    let client = peer === undefined ? undefined : readClient(peer);
    if (peer === undefined || !client) return 'unknown';
    if (!forwarded) return client.key;
    if (!isTrusted(client, 0)) {
      reportUntrusted(peer);
      return client.key;
    }
    // From the right: each proxy appends the address of its peer, so entries that the client wrote are on the left.
    for (const [hop, entry] of forwarded.split(',').reverse().entries()) {
      if (!isTrusted(client, hop)) break;
      const next = readClient(entry.trim());
      if (!next) {
        reportUnreadable(client.address.toString());
        break;
      }
      client = next;
    }
    return client.key;
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
