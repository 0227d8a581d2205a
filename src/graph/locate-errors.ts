// A Pothos plugin: gives errors of resolvers their place in the answer, without a stack trace of that place.
import SchemaBuilder, { BasePlugin, type SchemaTypes } from '@pothos/core';
import {
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  locatedError,
  responsePathAsArray,
} from 'graphql';

const NAME = 'locateErrors';

/**
 * Execution would do the same, but capture a stack trace for every field that fails, which takes twice as long as the rest of
 * the failure, and nobody reads: the trace that is logged is that of the original error.
 */
class LocateErrors<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolver: GraphQLFieldResolver<unknown, Types['Context'], object>): typeof resolver {
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

SchemaBuilder.registerPlugin(NAME, LocateErrors);

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      [NAME]: LocateErrors<Types>;
    }
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function throwAt({ fieldNodes, path }: GraphQLResolveInfo, error: unknown): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const located = locatedError(error, fieldNodes, responsePathAsArray(path));
  Error.stackTraceLimit = stackTraceLimit;
  throw located;
}
