import { type GraphQLFieldResolver, isObjectType, isUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../../src/auth/claims.ts';
import { createSubgraph } from '../../../src/server/subgraph.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { type Case, generateCases, type Subject, wrongAnswers } from './proof.ts';
import { createSubject } from './subject.ts';

interface Representation {
  readonly __typename: string;
  readonly id: string;
}

type Arguments = { readonly representations: readonly Representation[] };
type Context = { readonly user?: Claims };
type ResolveEntities = (root: unknown, args: Arguments, context: Context, info: never) => readonly unknown[];

/** The parts of a subgraph in which faults are planted. */
function partsOf(schema: Subject['schema']) {
  const user = schema.getType('User');
  const union = schema.getType('_Entity');
  const entities = schema.getQueryType()?.getFields()['_entities'];
  if (!isObjectType(user) || !isUnionType(union) || !entities?.resolve) throw new Error('No subgraph');
  return { fields: user.getFields(), union, entities, genuine: entities.resolve as ResolveEntities };
}

type Parts = ReturnType<typeof partsOf>;

/** Resolves well-formed representations in a way of its own. */
function resolveBy(
  { entities, union, genuine }: Parts,
  resolve: (read: Representation, context: Context) => object | null,
): void {
  union.resolveType = () => 'User';
  const planted: ResolveEntities = (root, args, context, info) =>
    genuine(root, args, context, info).map((item, index) => {
      const read = args.representations[index];
      return item instanceof Error || !read ? item : resolve(read, context);
    });
  entities.resolve = planted as GraphQLFieldResolver<unknown, unknown>;
}

const FAULTS: Readonly<Record<string, (parts: Parts, schema: Subject['schema']) => void>> = {
  'fields that are read from a representation': (parts) => resolveBy(parts, (read) => read),
  'the caller in place of another user': (parts) => resolveBy(parts, (_read, { user }) => user ?? null),
  'null for another user': (parts) => resolveBy(parts, ({ id }, { user }) => (user?.id === id ? user : null)),
  'ids that are compared without regard to case': (parts) =>
    resolveBy(parts, ({ id }, { user }) => (user?.id === id.toLowerCase() ? user : { id })),
  'a type of the schema that is no entity': ({ entities, genuine }, schema) => {
    const planted: ResolveEntities = (root, { representations }, context, info) => {
      const known = representations.map((each) =>
        isObjectType(schema.getType(String(each?.__typename))) ? { ...each, __typename: 'User' } : each,
      );
      return genuine(root, { representations: known }, context, info);
    };
    entities.resolve = planted as GraphQLFieldResolver<unknown, unknown>;
  },
  'one bad representation that fails all': ({ entities, genuine }) => {
    const planted: ResolveEntities = (...args) => {
      const items = genuine(...args);
      for (const item of items) if (item instanceof Error) throw item;
      return items;
    };
    entities.resolve = planted as GraphQLFieldResolver<unknown, unknown>;
  },
};

describe('the proof of _entities', () => {
  let test: TestServer;
  let subject: Subject;
  let cases: readonly Case[];
  beforeAll(async () => {
    const env = { PROFILE_CACHE_TTL: '0', MAX_COMPLEXITY: '100000', RATE_LIMIT: 'off', MAX_ALIASES: '100' };
    test = await startTestServer({ env });
    const { schema } = await createSubgraph({});
    subject = await createSubject(test, schema);
    const { ada, grace } = test.emulator.people;
    cases = generateCases({ schema, callerId: ada.id, otherId: grace.id }, { seed: 1, runs: 20 });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const forms = () => cases.filter(({ fields }) => fields.join() === 'id,email' || fields.length > 1);

  it('finds a missing guard, whichever field it is missing on', async () => {
    const { fields } = partsOf(subject.schema);
    const guarded = Object.values(fields).filter(({ name }) => name !== 'id');
    expect(guarded.length).toBeGreaterThan(20);
    const missed: string[] = [];
    for (const field of guarded) {
      const { resolve, name } = field;
      const asking = cases.filter((each) => each.fields.join() === name);
      Object.assign(field, { resolve: field.extensions['pothosOriginalResolve'] });
      const found = await wrongAnswers(subject, asking);
      Object.assign(field, { resolve });
      if (found.length === 0) missed.push(name);
    }
    expect(missed).toEqual([]);
  });

  it.each(Object.entries(FAULTS))('finds %s', async (_fault, plant) => {
    const parts = partsOf(subject.schema);
    const { union, entities } = parts;
    const genuine = { resolve: entities.resolve, resolveType: union.resolveType };
    plant(parts, subject.schema);
    const found = await wrongAnswers(subject, forms());
    Object.assign(entities, { resolve: genuine.resolve });
    Object.assign(union, { resolveType: genuine.resolveType });
    expect(found).not.toEqual([]);
  });

  it('finds nothing where nothing is planted', async () => {
    expect(await wrongAnswers(subject, cases)).toEqual([]);
  });
});
