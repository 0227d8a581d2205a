// A supergraph: the identity subgraph of a test, a subgraph of another team, and a real Hive Gateway before both.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { fromClientToSubgraphs } from '../../examples/gateway/propagate-headers.ts';
import { startHttpServer } from './http-server.ts';

/** The subgraph of a team that sells things: it knows users by their ids alone. */
export const ORDERS_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
  type Query { order(id: ID!): Order }
  type Order @key(fields: "id") { id: ID! item: String! buyer: User! }
  type User @key(fields: "id") { id: ID! orderCount: Int! }
`;

/** Composes subgraphs by their names. Throws where they do not fit together. */
export function compose(
  subgraphs: Readonly<Record<string, { readonly sdl: string; readonly url?: string }>>,
): string {
  const services = Object.entries(subgraphs).map(([name, { sdl, url = 'http://127.0.0.1' }]) => ({
    name,
    url,
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The gateway. Its URL ends in `/graphql`. */
export interface Supergraph extends AsyncDisposable {
  readonly url: string;
}

/** Starts the other subgraph and the gateway. `buyers` has the id of each order's buyer. Use it with `await using`. */
export async function startSupergraph(
  identity: { readonly sdl: string; readonly url: string },
  buyers: Readonly<Record<string, string>>,
): Promise<Supergraph> {
  const orders = await startHttpServer(createYoga({ schema: createOrders(buyers), logging: false }));
  const gateway = createGatewayRuntime({
    supergraph: compose({ identity, orders: { sdl: ORDERS_SDL, url: `${orders.url}/graphql` } }),
    propagateHeaders: { fromClientToSubgraphs },
    logging: false,
  });
  const server = await startHttpServer(gateway);
  return {
    url: `${server.url}/graphql`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  };
}

function createOrders(buyers: Readonly<Record<string, string>>) {
  const order = (id: string) => {
    const buyer = buyers[id];
    return buyer === undefined ? null : { id, item: 'A difference engine', buyer: { id: buyer } };
  };
  return buildSubgraphSchema({
    typeDefs: parse(ORDERS_SDL),
    resolvers: {
      Query: { order: (_root: unknown, { id }: { readonly id: string }) => order(id) },
      Order: { __resolveReference: ({ id }: { readonly id: string }) => order(id) },
      User: {
        orderCount: ({ id }: { readonly id: string }) =>
          Object.values(buyers).filter((buyer) => buyer === id).length,
      },
    },
  });
}
