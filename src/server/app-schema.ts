// The schema of an app: our types, then those of the app.
import type { GraphQLSchema } from 'graphql';
import { type Builder, createBuilder } from '../graph/builder.ts';
import { addIdentity, type IdentityOptions } from '../identity/identity.ts';
import { addScalars } from '../identity/scalars.ts';
import type { AppTypes } from '../request/app-types.ts';
import type { App } from './app.ts';
import { checkGraphQLVersion } from './graphql-version.ts';

/**
 * Builds the schema. Throws where the app's types do not fit together, or a scope has a name of ours.
 *
 * @example writeFileSync('schema.graphql', printSchema(createSchema(app)));
 */
export function createSchema<T extends AppTypes>(app: App<T>): GraphQLSchema {
  // Our types know nothing of an app's sources, loaders and scopes; at run time there is one builder.
  const { schema, scopes } = app as unknown as App;
  const builder = createBuilder(scopes);
  addTypes(builder, schema);
  return builder.toSchema();
}

/** Adds our types and those of an app to a builder without types. */
export function addTypes(builder: Builder, schemaOfApp: App['schema'], options?: IdentityOptions): void {
  checkGraphQLVersion();
  builder.queryType({ description: 'What can be asked. Every field says which scope it needs.' });
  builder.mutationType({ description: 'What can be changed. Every field says which scope it needs.' });
  builder.subscriptionType({ description: 'What can be followed. Every field says which scope it needs.' });
  addScalars(builder);
  const refs = addIdentity(builder, options);
  schemaOfApp?.(builder, refs);
}
