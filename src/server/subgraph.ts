// An app as a subgraph of Apollo Federation. The libraries are loaded only where one is wanted: they take 46 ms and 5 MB.
import type { GraphQLSchema } from 'graphql';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from './app.ts';

/**
 * A subgraph: its schema, and the same as text, which a gateway is composed from and `_service` answers.
 *
 * @example const { sdl }: Subgraph = await createSubgraph(app);
 */
export interface Subgraph {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}

/** Of a server without settings, see `MAX_REPRESENTATIONS`. */
const DEFAULTS = { maxRepresentations: 100 };

/**
 * Builds the subgraph of an app. Rejects with what `createSchema` throws, and where an entity has no field `id`.
 *
 * @example
 * const { sdl } = await createSubgraph(app);
 * writeFileSync('subgraph.graphql', sdl);
 */
export async function createSubgraph<T extends AppTypes>(app: App<T>, limits = DEFAULTS): Promise<Subgraph> {
  const { createSubgraphSchema, printSubgraph } = await import('./subgraph-schema.ts');
  const schema = createSubgraphSchema(app, limits);
  return { schema, sdl: printSubgraph(schema) };
}
