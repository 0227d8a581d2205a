// A Pothos plugin: GraphQL allows no type without fields, so a root type is left out until a noun adds a field to it.
import SchemaBuilder, { BasePlugin, type SchemaTypes } from '@pothos/core';
import { GraphQLObjectType, GraphQLSchema } from 'graphql';

/** The name of the plugin, for builders. */
export const OMIT_EMPTY_TYPES = 'omitEmptyTypes';

class OmitEmptyTypes<Types extends SchemaTypes> extends BasePlugin<Types> {
  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    const { mutation, subscription, types, ...config } = schema.toConfig();
    return new GraphQLSchema({
      ...config,
      mutation: hasFields(mutation) ? mutation : null,
      subscription: hasFields(subscription) ? subscription : null,
      types: types.filter(hasFields),
    });
  }
}

SchemaBuilder.registerPlugin(OMIT_EMPTY_TYPES, OmitEmptyTypes);

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      [OMIT_EMPTY_TYPES]: OmitEmptyTypes<Types>;
    }
  }
}

function hasFields(type: unknown): boolean {
  return !(type instanceof GraphQLObjectType) || Object.keys(type.getFields()).length > 0;
}
