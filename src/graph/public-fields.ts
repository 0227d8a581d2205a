// The audit of a schema: which fields a request without a token can reach.
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { entityOf } from './entity.ts';

/** Fields by their coordinates, such as `Query.me`. */
export interface FieldAudit {
  /** Every field that can be reached from a root without passing a scope, in the order in which it is found. */
  readonly publicFields: readonly string[];
  /** Every other field that was met, with the scopes that it names. */
  readonly guardedFields: Readonly<Record<string, unknown>>;
}

/** Walks a schema from its root types, and stops at every field that names a scope. */
export function auditFields(schema: GraphQLSchema): FieldAudit {
  const publicFields: string[] = [];
  const guardedFields: Record<string, unknown> = {};
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const queue = roots.filter((type) => type != null);
  for (const type of queue) {
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const scopes = scopesOf(field) ?? scopesOfType(type, field);
      if (scopes !== undefined) {
        guardedFields[name] = scopes;
        continue;
      }
      publicFields.push(name);
      queue.push(...objectTypesOf(field, schema).filter((next) => !queue.includes(next)));
    }
  }
  return { publicFields, guardedFields };
}

/**
 * The fields that a request without a token can reach, such as `Query.version`. For a test of an app.
 *
 * @example expect(publicFieldsOf(createSchema(app))).toEqual(['Query.version', 'Query.me']);
 */
export function publicFieldsOf(schema: GraphQLSchema): readonly string[] {
  return auditFields(schema).publicFields;
}

function objectTypesOf(
  field: GraphQLField<unknown, unknown>,
  schema: GraphQLSchema,
): readonly GraphQLObjectType[] {
  const type = getNamedType(field.type);
  // Of a subgraph's entities, those that ask for a token are not reached without one.
  if (type.name === '_Entity' && isUnionType(type))
    return type.getTypes().filter((each) => entityOf(each)?.isPublic);
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

interface Guarded {
  readonly authScopes?: object;
  readonly skipTypeScopes?: boolean;
}

function optionsOf({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): Guarded {
  return (extensions['pothosOptions'] ?? {}) as Guarded;
}

/** The scopes that a field asks for. Under the strategy `all`, an empty map asks for none. */
function scopesOf(field: Pick<GraphQLField<unknown, unknown>, 'extensions'>, decider = 'the field'): unknown {
  const { authScopes } = optionsOf(field);
  if (typeof authScopes === 'function') return `decided by ${decider}`;
  return authScopes && Object.keys(authScopes).length > 0 ? authScopes : undefined;
}

/** The scopes of the type, which every field of it asks for that does not skip them. */
function scopesOfType(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): unknown {
  return optionsOf(field).skipTypeScopes ? undefined : scopesOf(type, 'the type');
}
