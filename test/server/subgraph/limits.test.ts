import { randomUUID } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { checkPersistedDocuments } from '../../../src/documents/check-persisted-documents.ts';
import { createSchema } from '../../../src/server/app-schema.ts';
import { createSubgraph } from '../../../src/server/subgraph.ts';
import { startFastPathServer } from '../../support/fast-path-server.ts';
import { createSubgraphApp } from '../../support/subgraph-app.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { createAsk } from './subject.ts';

const note = (id: string) => ({ __typename: 'Note', id });
const notes = (count: number) => Array.from({ length: count }, (_, index) => note(`note-${index}`));
const BY_VARIABLE = 'query ($of: [_Any!]!) { me { email } _entities(representations: $of) { __typename } }';
const literals = (count: number) =>
  notes(count)
    .map(({ id }) => `{ __typename: "Note", id: "${id}" }`)
    .join();

/** The same number of representations, in each form that a document has for it. */
const FORMS: Readonly<
  Record<string, (count: number) => { readonly query: string; readonly variables: object }>
> = {
  'in a variable': (count) => ({ query: BY_VARIABLE, variables: { of: notes(count) } }),
  'as literals': (count) => ({
    query: `{ me { email } _entities(representations: [${literals(count)}]) { __typename } }`,
    variables: {},
  }),
  'as a default': (count) => ({
    query: `query ($of: [_Any!]! = [${literals(count)}]) { me { email } _entities(representations: $of) { __typename } }`,
    variables: {},
  }),
  'under an alias in a fragment': (count) => ({
    query: `query ($of: [_Any!]!) { me { email } ...F }
      fragment F on Query { ... { found: _entities(representations: $of) { ...G } } } fragment G on _Entity { __typename }`,
    variables: { of: notes(count) },
  }),
  'as literals and a variable': (count) => ({
    query: `query ($one: _Any!) { me { email } _entities(representations: [$one, ${literals(count - 1)}]) { __typename } }`,
    variables: { one: note('one') },
  }),
};

describe('MAX_REPRESENTATIONS', () => {
  const asked: string[] = [];
  let test: TestServer;
  let token: string;
  beforeAll(async () => {
    test = await startTestServer({
      app: createSubgraphApp(asked),
      env: { FEDERATION: 'on', PROFILE_CACHE_TTL: '0' },
    });
    token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => {
    asked.length = 0;
    test.emulator.control.resetCalls();
  });
  const profileCalls = () => test.emulator.control.calls().profile;

  it.each(Object.entries(FORMS))('is 100 %s, and nothing is executed beyond', async (_form, make) => {
    const served = await test.ask(make(100).query, { token, variables: { ...make(100).variables } });
    expect(served.body.errors).toBeUndefined();
    expect([asked.length, profileCalls()]).toEqual([100, 1]);
    const refused = await test.ask(make(101).query, { token, variables: { ...make(101).variables } });
    expect(refused.body).toEqual({
      errors: [
        {
          message: '`_entities` has more than 100 representations',
          extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_REPRESENTATIONS' },
        },
      ],
    });
    expect([asked.length, profileCalls()]).toEqual([100, 1]);
  });

  it('is found missing where it is checked by the resolver', async () => {
    const { schema } = await createSubgraph(createSubgraphApp());
    checkInResolver(schema);
    const { query, variables } = FORMS['in a variable']?.(101) ?? {};
    const { body } = await createAsk(test, schema)(String(query), { token, variables: { ...variables } });
    expect(body.errors?.[0]?.extensions['reason']).toBe('MAX_REPRESENTATIONS');
    expect(profileCalls()).toBe(1);
  });

  it('counts in complexity: each representation as many times as fields are selected of it', async () => {
    const ask = (count: number, selection: string, more = '') =>
      test.ask(`query ($of: [_Any!]!) { ${more} _entities(representations: $of) { ${selection} } }`, {
        token,
        variables: { of: notes(count) },
      });
    const three = '__typename ... on Note { id text }';
    // 1 + 83 × 12 = 997; 1 + 84 × 12 = 1009.
    const twelve = `${three} ${Array.from({ length: 9 }, (_, index) => `... on Note { a${index}: id }`).join(' ')}`;
    expect((await ask(83, twelve)).body.errors).toBeUndefined();
    asked.length = 0;
    const reasonOf = async (count: number, selection: string, more?: string) =>
      (await ask(count, selection, more)).body.errors?.[0]?.extensions['reason'];
    expect(await reasonOf(84, twelve)).toBe('MAX_COMPLEXITY');
    // What is left out of the answer is looked up as well.
    const nothing = '__typename @skip(if: true)';
    const aliases = Array.from(
      { length: 9 },
      (_, index) => `e${index}: _entities(representations: $of) { ${nothing} }`,
    );
    expect(await reasonOf(100, nothing, aliases.join(' '))).toBe('MAX_COMPLEXITY');
    expect(asked).toEqual([]);
  });

  it('can be raised', async () => {
    await using raised = await startTestServer({
      app: createSubgraphApp(),
      env: { FEDERATION: 'on', MAX_REPRESENTATIONS: '150' },
    });
    const { query, variables } = FORMS['in a variable']?.(150) ?? {};
    const { body } = await raised.ask(String(query), { variables: { ...variables } });
    expect(body.data._entities).toHaveLength(150);
  });
});

describe('the fast path of a subgraph', () => {
  it('answers the documents of a gateway, and refuses what Yoga refuses', async () => {
    await using test = await startTestServer();
    const { schema } = await createSubgraph(createSubgraphApp());
    await using fast = await startFastPathServer(test, { schema });
    const { ada } = test.emulator.people;
    const token = await test.emulator.control.mintToken({ userId: ada.id });
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { id isAnonymous } } }';
    const ask = (id: string) => ({ token, variables: { representations: [{ __typename: 'User', id }] } });
    const first = await fast.ask(query, ask(ada.id));
    const again = await fast.askFastPath(query, ask(ada.id));
    expect(again.body).toEqual({ data: { _entities: [{ id: ada.id, isAnonymous: false }] } });
    expect(again.body).toEqual(first.body);
    const other = await fast.askFastPath(query, ask(randomUUID()));
    expect(other.body.errors?.[0]).toMatchObject({
      path: ['_entities', 0, 'isAnonymous'],
      extensions: { code: 'FORBIDDEN', reason: 'NOT_YOURSELF' },
    });
    const variables = {
      representations: Array.from({ length: 101 }, () => ({ __typename: 'User', id: ada.id })),
    };
    const refused = await fast.askFastPath(query, { token, variables });
    expect(refused.body.errors?.[0]?.extensions['reason']).toBe('MAX_REPRESENTATIONS');
  });
});

describe('persisted documents of a subgraph', () => {
  it('are checked against the schema of the subgraph', async () => {
    const text = '{ _entities(representations: []) { __typename ... on User { id } } }';
    const documents = new Map([['x', text]]);
    const { schema } = await createSubgraph({});
    await using test = await startTestServer();
    const { documentLimits: limits } = test.services.config;
    checkPersistedDocuments({ documents, schema, limits });
    expect(() => checkPersistedDocuments({ documents, schema: createSchema({}), limits })).toThrow(
      '_entities',
    );
  });
});

/** The fault: the limit is no part of the complexity, so that other fields have been executed. */
function checkInResolver(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (!field) throw new Error('The schema has no entities');
  field.extensions = {};
  field.resolve = (_root, { representations }: { readonly representations: readonly unknown[] }) => {
    if (representations.length <= 100) return [];
    throw new AppError('Too many', { code: 'LIMIT_EXCEEDED', reason: 'MAX_REPRESENTATIONS' });
  };
}
