// A Pothos plugin: gives errors of resolvers their place in the answer, without a stack trace of that place.
import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import { isPromise } from '@whatwg-node/promise-helpers';
import {
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  locatedError,
  responsePathAsArray,
} from 'graphql';

/** The name of the plugin, for builders. */
export const LOCATE_ERRORS = 'locateErrors';

/**
 * Execution locates errors as well, but captures a stack trace for each of them. That takes most of the time, and the
 * trace is never used: the log has that of the original error.
 */
class LocateErrors<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { extensions }: PothosOutputFieldConfig<Types>,
  ): typeof resolver {
    // A property of an object that is there: it does not fail, and there are many of them.
    if (extensions?.['pothosExposedField'] !== undefined) return resolver;
    return (source, args, context, info) => {
      try {
        const result = resolver(source, args, context, info);
        return isPromise(result) ? result.then(undefined, (error) => throwAt(info, error)) : result;
      } catch (error) {
        throwAt(info, error);
      }
    };
  }
}

SchemaBuilder.registerPlugin(LOCATE_ERRORS, LocateErrors);

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      [LOCATE_ERRORS]: LocateErrors<Types>;
    }
  }
}

function throwAt({ fieldNodes, path }: GraphQLResolveInfo, error: unknown): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const located = locatedError(error, fieldNodes, responsePathAsArray(path));
  Error.stackTraceLimit = stackTraceLimit;
  throw located;
}
