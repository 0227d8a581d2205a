import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { expectSoon } from '../support/soon.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { startTestServer } from '../support/test-server.ts';

const ON = { INTROSPECTION: 'true' };

const start = (env: Record<string, string> = {}) =>
  startTestServer({ schema: createTestGraph().schema, env });

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('the schema while introspection is off', () => {
  // Each misspelling is close enough to a real name that graphql-js would suggest that name.
  it.each<[string, string, Record<string, unknown>]>([
    ['a field', '{ nod { id } }', {}],
    ['a field without its fields', '{ node }', {}],
    ['a field of a type', '{ node { ids } }', {}],
    ['an argument', '{ nodes(firs: 1) { id } }', {}],
    ['an argument of a directive', '{ node { id @include(iff: true) } }', {}],
    ['a directive', '{ node { id @includ(if: true) } }', {}],
    ['a type', '{ ... on Quer { node { id } } }', {}],
    ['the type of a variable', 'query ($by: Filte) { filtered(by: $by) }', {}],
    ['a fragment', '{ ...Nodes } fragment Node on Query { node { id } }', {}],
    ['a value of an enum', '{ filtered(color: CRIMSO) }', {}],
    ['a value of an enum, in quotes', '{ filtered(color: "CRIMSON") }', {}],
    ['a field of an input', '{ filtered(by: { colour: CRIMSON, number: 1 }) }', {}],
    ['an enum by a variable', 'query ($c: Color) { filtered(color: $c) }', { c: 'CRIMSO' }],
    [
      'an enum in an input by a variable',
      'query ($c: Filter) { filtered(by: $c) }',
      { c: { color: 'CRIMSO', number: 1 } },
    ],
    [
      'a field of an input by a variable',
      'query ($c: Filter) { filtered(by: $c) }',
      { c: { colour: 'CRIMSON', number: 1 } },
    ],
    ['an enum by a default', 'query ($c: Color = CRIMSO) { filtered(color: $c) }', {}],
    [
      'an enum by a variable of another kind',
      'query ($c: Color) { filtered(color: $c) }',
      { c: { CRIMSON: 1 } },
    ],
  ])('is not revealed by suggestions for %s', async (_what, query, variables) => {
    await using test = await start();
    const { body } = await test.ask(query, { variables });
    expect(body).not.toHaveProperty('data');
    expect(body.errors).not.toHaveLength(0);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/Did you mean/i);
    // The response contains no name of the schema that was not in the request.
    const sent = `${query} ${JSON.stringify(variables)}`;
    for (const name of ['CRIMSON', 'TURQUOISE', 'include', 'echo', 'sum']) {
      if (!sent.includes(name)) expect(text.replaceAll(/"path":\[[^\]]*\]/g, '')).not.toContain(name);
    }
  });

  it('appears in suggestions once introspection is on', async () => {
    await using test = await start(ON);
    for (const [query, variables, suggestion] of [
      ['{ nod { id } }', {}, 'node'],
      ['query ($c: Color) { filtered(color: $c) }', { c: 'CRIMSO' }, 'CRIMSON'],
    ] as const) {
      const { body } = await test.ask(query, { variables });
      expect(body.errors?.[0]?.message).toMatch(/Did you mean/);
      expect(body.errors?.[0]?.message).toContain(suggestion);
    }
  });

  it('cannot be read by any form of introspection query', async () => {
    await using test = await start();
    for (const query of [
      getIntrospectionQuery(),
      '{ __schema { queryType { name } } }',
      '{ a: __schema { queryType { name } } }',
      '{ __type(name: "Node") { name } }',
      '{ ... { ... on Query { __schema { types { name } } } } }',
      '{ ...S } fragment S on Query { __schema { types { name } } }',
      'mutation { __schema { types { name } } }',
      'query ($no: Boolean = false) { node { id } __schema @include(if: $no) { types { name } } }',
      '{ node { id } } query S { __schema { types { name } } }',
    ]) {
      const { body } = await test.ask(query);
      expect(body).not.toHaveProperty('data');
      expect(JSON.stringify(body)).not.toContain('TURQUOISE');
    }
  });

  it('still gives clients __typename', async () => {
    await using test = await start();
    expect((await test.ask('{ __typename node { __typename } }')).body).toEqual({
      data: { __typename: 'Query', node: { __typename: 'Node' } },
    });
  });
});

describe('the schema while introspection is on', () => {
  it('is returned completely to the queries of GraphiQL', async () => {
    await using test = await start(ON);
    for (const options of [
      {},
      { descriptions: true, inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true },
      { directiveIsRepeatable: true, oneOf: true },
    ]) {
      const { body } = await test.ask(getIntrospectionQuery(options));
      expect(body.errors).toBeUndefined();
      expect(body.data.__schema.types.length).toBeGreaterThan(10);
    }
  });

  const bomb = `${repeat(13, (index) => `fragment F${index} on __Type { ...F${index + 1} ...F${index + 1} }`)} fragment F13 on __Type { name }`;

  it.each([
    [
      'fields of fields',
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    ],
    [
      'fields of a type',
      `{ __type(name: "Node") { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } }`,
    ],
    [
      'interfaces of possible types',
      `{ __schema { types { ${'possibleTypes { interfaces { '.repeat(6)} name ${'} }'.repeat(6)} } } }`,
    ],
    ['a fragment cycle', '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...T } } }'],
    [
      'a fragment cycle through wrapped types',
      '{ __schema { types { ...T } } } fragment T on __Type { ofType { ...T } }',
    ],
    ['21 schemas', `{ ${repeat(21, (index) => `a${index}: __schema { types { name } }`)} }`],
    ['31 aliases', `{ __schema { ${repeat(31, (index) => `a${index}: types { name }`)} } }`],
    ['fragments that expand exponentially', `{ __schema { types { ...F0 } } } ${bomb}`],
  ])('is quickly refused to a query of unbounded cost: %s', async (_name, query) => {
    await using test = await start(ON);
    await expectSoon(async (index) => {
      const headers = { accept: 'application/graphql-response+json' };
      const { status, body } = await test.ask(`${query} #${index}`, { headers });
      expect(status).toBe(400);
      expect(body).not.toHaveProperty('data');
      expect(String(body.errors?.[0]?.extensions['code'])).toMatch(
        /^(LIMIT_EXCEEDED|GRAPHQL_VALIDATION_FAILED)$/,
      );
    });
  });

  it('is returned quickly to the largest query that the limits allow', async () => {
    await using test = await start(ON);
    const chain = `${'ofType { '.repeat(3)} name ${'} '.repeat(3)}`;
    const type = `type { name kind fields { name args { name type { ${chain} } } type { ${chain} } } }`;
    const query = `{ ${repeat(20, (index) => `a${index}: __schema { types { ...T } }`)} } fragment T on __Type { fields { name args { name type { ${chain} } } ${type} } }`;
    await expectSoon(async (index) => {
      const { body } = await test.ask(`${query} #${index}`);
      expect(body.errors).toBeUndefined();
      expect(Object.keys(body.data)).toHaveLength(20);
    }, 5_000);
  });
});
