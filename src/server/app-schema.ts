// The schema of an app: our types, then those of the app.
import { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { createBuilder } from '../graph/builder.ts';
import { addIdentity } from '../identity/identity.ts';
import { addScalars } from '../identity/scalars.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from './app.ts';

/** Builds the schema. Throws where the app's types do not fit together, or a scope has a name of ours. */
export function createSchema<T extends AppTypes>(app: App<T>): GraphQLSchema {
  // Our types know nothing of an app's sources, loaders and scopes; at run time there is one builder.
  const { schema, scopes } = app as unknown as App;
  const builder = createBuilder(scopes);
  builder.queryType({ description: 'What can be asked. Every field says which scope it needs.' });
  builder.mutationType({ description: 'What can be changed. Every field says which scope it needs.' });
  builder.subscriptionType({ description: 'What can be followed. Every field says which scope it needs.' });
  addScalars(builder);
  const refs = addIdentity(builder);
  schema?.(builder, refs);
  return withoutEmptyTypes(builder.toSchema());
}

/** GraphQL allows no type without fields: a root type is left out until a noun adds a field to it. */
function withoutEmptyTypes(schema: GraphQLSchema): GraphQLSchema {
  const { mutation, subscription, types, ...config } = schema.toConfig();
  const hasFields = (type: unknown) =>
    !(type instanceof GraphQLObjectType) || Object.keys(type.getFields()).length > 0;
  return new GraphQLSchema({
    ...config,
    mutation: hasFields(mutation) ? mutation : null,
    subscription: hasFields(subscription) ? subscription : null,
    types: types.filter(hasFields),
  });
}
