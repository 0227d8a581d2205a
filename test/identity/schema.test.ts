import { readFileSync } from 'node:fs';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isObjectType,
  parse,
  printSchema,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';
import { describe, expect, it } from 'vitest';
import { MUTATION_NAMES } from '../../src/core/mutation-names.ts';
import { auditFields } from '../../src/graph/public-fields.ts';
import { createSchema } from '../../src/server/app-schema.ts';

/** Every guarded field of ours with the scopes that it names. */
const MEMBER_MUTATIONS = ['createApiKey', 'createTeam', 'deleteMe'];
const SCOPES = {
  ...Object.fromEntries(
    MUTATION_NAMES.map((name) => [
      `Mutation.${name}`,
      MEMBER_MUTATIONS.includes(name) ? { member: true } : { authenticated: true },
    ]),
  ),
  'Query.me': { authenticated: true },
  'Query.session': { authenticated: true },
  'Query.team': { authenticated: true },
  'Subscription.meChanged': { authenticated: true },
};

describe('our own schema', () => {
  const schema = createSchema({});

  it('is part of the one that schema.graphql shows', () => {
    const committed = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
    // An app may add to it. Printed first: Pothos always has scalars that nothing refers to.
    const own = buildSchema(printSchema(schema));
    expect(findBreakingChanges(own, committed), 'run `npm run codegen`').toEqual([]);
  });

  it('describes every type and every field', () => {
    const described = objectTypes(schema).flatMap((type) => [type, ...Object.values(type.getFields())]);
    expect(described.length).toBeGreaterThan(20);
    expect(described.filter(({ description }) => !description).map(String)).toEqual([]);
  });

  it('guards every field', () => {
    expect(auditFields(schema)).toEqual({ publicFields: [], guardedFields: SCOPES });
  });

  it('never shows what the provider tells to servers alone', () => {
    expect(printSchema(schema)).not.toMatch(/server_?metadata|risk_?scores|private_?details|country_?code/i);
  });

  it('counts the complexity of `meChanged` as that of `me`', () => {
    const complexityOf = (query: string) =>
      getComplexity({
        schema,
        query: parse(query),
        estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
      });
    const selection = '{ displayName teams { members { userId } } }';
    expect(complexityOf(`subscription { meChanged ${selection} }`)).toBe(complexityOf(`{ me ${selection} }`));
  });
});

function objectTypes(of: GraphQLSchema) {
  return Object.values(of.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'));
}
