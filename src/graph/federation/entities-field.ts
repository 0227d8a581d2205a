// `Query._entities` of a subgraph. The one of @apollo/subgraph fails the whole list for one bad representation, and writes onto
// the objects that resolvers return.
import { handleMaybePromise, type MaybePromise } from '@whatwg-node/promise-helpers';
import { type GraphQLSchema, isUnionType } from 'graphql';
import { AppError, missingToken } from '../../core/errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { type Entity, entityOf } from '../entity.ts';
import { type Representation, readRepresentation } from './representation.ts';

interface Arguments {
  readonly representations: readonly unknown[];
}

/**
 * Makes `_entities` answer each representation by itself, and count in the complexity of the document, where more than
 * `maxRepresentations` are refused before anything is executed. Throws where the schema has no entity.
 */
export function setEntitiesField(schema: GraphQLSchema, maxRepresentations: number): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (!field || !isUnionType(union)) throw new TypeError('The schema has no entities');
  const entities = new Map<string, Entity>();
  for (const type of union.getTypes()) {
    const entity = entityOf(type);
    if (entity) entities.set(type.name, entity);
  }
  // The type of each object that was found. Objects may be frozen, as the claims of a token are.
  const typeNames = new WeakMap<object, string>();

  function resolve(read: Representation, context: RequestContext): MaybePromise<object | null> {
    return handleMaybePromise(
      () => find(read, context),
      (found) => {
        if (found === null || found === undefined || found instanceof Error) return found ?? null;
        const { typeName } = read;
        const known = typeNames.get(found) ?? typeName;
        if (known !== typeName)
          return new TypeError(`One object was resolved as ${known} and as ${typeName}`);
        typeNames.set(found, typeName);
        return found;
      },
      // Thrown here, it would fail the whole list. GraphQL throws an error that is in a list at its place.
      (error) => Promise.reject(error),
    );
  }

  union.resolveType = (found: object) => typeNames.get(found);
  field.extensions = { ...field.extensions, complexity: complexityOf(maxRepresentations) };
  field.resolve = (_root: unknown, { representations }: Arguments, context: RequestContext) =>
    representations.map((representation) => {
      const read = readRepresentation(representation, entities);
      return read instanceof AppError ? read : resolve(read, context);
    });
}

function find({ entity, id }: Representation, context: RequestContext): ReturnType<Entity['resolve']> {
  if (!entity.isPublic && !context.user) return missingToken();
  return entity.resolve(id, context);
}

/** What each representation costs: the selected fields, and no less than one, since it is looked up without any as well. */
function complexityOf(max: number) {
  return ({ args, childComplexity }: { readonly args: Arguments; readonly childComplexity: number }) => {
    const { length } = args.representations;
    if (length > max) {
      const message = `\`_entities\` has more than ${max} representations`;
      throw new AppError(message, { code: 'LIMIT_EXCEEDED', reason: 'MAX_REPRESENTATIONS' });
    }
    return 1 + length * Math.max(childComplexity, 1);
  };
}
