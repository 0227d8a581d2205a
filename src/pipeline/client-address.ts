// The address by which the client of an exchange is counted.
import type { ReadAddress } from '../rate-limit/client-address.ts';
import type { Exchange } from './exchange.ts';

/** Reads the address. Not to be read late: a connection that is closed has none. */
export function clientAddressOf(exchange: Exchange, readAddress: ReadAddress): string {
  return readAddress({ peer: exchange.peer, forwarded: exchange.header('x-forwarded-for') });
}
