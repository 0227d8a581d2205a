// Hive Gateway: what it sends on of a client's request to the identity subgraph.
import type { IncomingMessage } from 'node:http';

interface Propagation {
  readonly request: Request;
  readonly subgraphName: string;
  /** `req` is that of node:http. */
  readonly context: { readonly req?: IncomingMessage };
}

/**
 * For `propagateHeaders` of the gateway's configuration. The token is verified by the subgraph, and is for no other one that
 * does not verify it too. The gateway appends the address of its client, as every proxy does.
 */
export function fromClientToSubgraphs({ request, subgraphName, context }: Propagation) {
  if (subgraphName !== 'identity') return {};
  const addresses = [request.headers.get('x-forwarded-for'), context.req?.socket.remoteAddress];
  return {
    'x-stack-access-token': request.headers.get('x-stack-access-token'),
    'x-forwarded-for': addresses.filter(Boolean).join(', ') || null,
  };
}
