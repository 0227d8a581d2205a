import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLField, type GraphQLSchema, isObjectType, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { schema } from '../../src/identity/schema.ts';

/** Every field that whoever sends no token can reach. Name a field here only if it is meant to be public. */
const PUBLIC_FIELDS: readonly string[] = [];

/** Every guarded field with the scopes it asks for. */
const SCOPES = {
  'Query.me': { authenticated: true },
  'Query.session': { authenticated: true },
};

describe('the schema', () => {
  it('is the one that schema.graphql shows', () => {
    const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(printSchema(buildSchema(committed)), 'run `npm run codegen`').toBe(printSchema(schema));
  });

  it('describes every type and every field', () => {
    const seen = objectTypes(schema).flatMap((type) => [type, ...Object.values(type.getFields())]);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter(({ description }) => !description).map(String)).toEqual([]);
  });

  it('guards every field that is not named as public', () => {
    const { publicFields, guardedFields } = walk(schema);
    expect(publicFields, 'a public field belongs into PUBLIC_FIELDS, above').toEqual(PUBLIC_FIELDS);
    expect(guardedFields, 'a guarded field belongs into SCOPES, above').toEqual(SCOPES);
  });

  it('never shows what the provider tells to servers alone', () => {
    expect(printSchema(schema)).not.toMatch(/server_?metadata|risk_?scores|private_?details|country_?code/i);
  });
});

describe('the walk through a schema', () => {
  it('finds a field without a scope, and all that is behind it', () => {
    const builder = createBuilder();
    const Inner = builder.objectRef<object>('Inner').implement({
      fields: (t) => ({ open: t.string({ resolve: () => '' }) }),
    });
    builder.queryType({
      fields: (t) => ({
        bare: t.string({ resolve: () => '' }),
        empty: t.string({ authScopes: {}, resolve: () => '' }),
        outer: t.field({ type: Inner, resolve: () => ({}) }),
        shut: t.field({ type: Inner, authScopes: { member: true }, resolve: () => ({}) }),
      }),
    });
    const { publicFields, guardedFields } = walk(builder.toSchema());
    expect(publicFields).toEqual(['Query.bare', 'Query.empty', 'Query.outer', 'Inner.open']);
    expect(guardedFields).toEqual({ 'Query.shut': { member: true } });
  });
});

function objectTypes(of: GraphQLSchema) {
  return Object.values(of.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'));
}

/** Goes from the roots through every field that no scope guards. */
function walk(of: GraphQLSchema) {
  const publicFields: string[] = [];
  const guardedFields: Record<string, unknown> = {};
  const roots = [of.getQueryType(), of.getMutationType(), of.getSubscriptionType()];
  const queue = roots.filter((type) => type != null);
  const seen = new Set(queue);
  for (const type of queue) {
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      const scopes = scopesOf(field);
      if (scopes) {
        guardedFields[name] = scopes;
        continue;
      }
      publicFields.push(name);
      const next = of.getType(String(field.type).replace(/[[\]!]/g, ''));
      if (isObjectType(next) && !seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return { publicFields, guardedFields };
}

/** The scopes that a field asks for. Under the strategy `all`, an empty map asks for none. */
function scopesOf({ extensions }: GraphQLField<unknown, unknown>): unknown {
  const { authScopes } = (extensions['pothosOptions'] ?? {}) as { readonly authScopes?: object };
  if (typeof authScopes === 'function') return 'decided by the field';
  return authScopes && Object.keys(authScopes).length > 0 ? authScopes : undefined;
}
