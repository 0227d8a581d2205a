// The schema of an app as a subgraph of Apollo Federation. Loaded only where one is wanted: it takes 46 ms and 5 MB.
import { printSubgraphSchema } from '@apollo/subgraph';
import DirectivesPlugin from '@pothos/plugin-directives';
import FederationPlugin from '@pothos/plugin-federation';
import type { GraphQLSchema } from 'graphql';
import { createBuilder } from '../graph/builder.ts';
import { setEntitiesField } from '../graph/federation/entities-field.ts';
import { ENTITY_KEYS } from '../graph/federation/entity-keys.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from './app.ts';
import { addTypes } from './app-schema.ts';

/** Directives of the specification that an app may give to its types and fields. */
const DIRECTIVES = ['@key', '@shareable', '@inaccessible', '@override', '@tag'];

/** Builds the schema. Throws as `createSchema` does, and where an entity has no field `id`. */
export function createSubgraphSchema<T extends AppTypes>(
  app: App<T>,
  { maxRepresentations }: { readonly maxRepresentations: number },
): GraphQLSchema {
  const { schema: schemaOfApp, scopes } = app as unknown as App;
  const builder = createBuilder(scopes, [ENTITY_KEYS, DirectivesPlugin, FederationPlugin]);
  addTypes(builder, schemaOfApp, { isSubgraph: true });
  const schema = builder.toSubGraphSchema({ federationDirectives: DIRECTIVES });
  setEntitiesField(schema, maxRepresentations);
  return schema;
}

/** The schema as gateways are composed from it, which `_service` answers too. */
export function printSubgraph(schema: GraphQLSchema): string {
  return printSubgraphSchema(schema);
}
