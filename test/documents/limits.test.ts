import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { type Answer, type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';

interface Nested {
  readonly not?: Nested | null | undefined;
  readonly or?: Nested[] | null | undefined;
}

interface Limit {
  readonly initial: number;
  /** Selections of the query type whose size, in the unit of the limit, is `count`. */
  readonly of: (count: number) => string;
}

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const LIMITS = {
  MAX_DEPTH: {
    initial: 12,
    of: (count) => `node { ${'child { '.repeat(count - 2)} id ${'} '.repeat(count - 2)} }`,
  },
  MAX_ALIASES: { initial: 30, of: (count) => `node { ${repeat(count, (index) => `a${index}: id`)} }` },
  MAX_ROOT_FIELDS: { initial: 20, of: (count) => repeat(count, () => '__typename') },
  MAX_DIRECTIVES: { initial: 50, of: (count) => `node { ${repeat(count, () => 'id @include(if: true)')} }` },
  MAX_REPEATS: { initial: 100, of: (count) => `node { ${repeat(count, () => 'child { id }')} }` },
  MAX_COMPLEXITY: { initial: 1_000, of: (count) => `nodes(first: ${count}) { id }` },
} as const satisfies Record<string, Limit>;

type Name = keyof typeof LIMITS;

const NAMES = Object.keys(LIMITS) as Name[];

/** A document of `count` tokens that stays within every other limit. */
const ofTokens = (count: number) => `{ sum(numbers: [${'1 '.repeat(count - 9)}]) }`;

const HIDDEN: Readonly<Record<string, (selections: string) => string>> = {
  'in the operation': (selections) => `{ ${selections} }`,
  'in an inline fragment': (selections) => `{ ... on Query { ${selections} } }`,
  'in inline fragments': (selections) => `{ ... { ... on Query { ... { ${selections} } } } }`,
  'in a fragment': (selections) => `{ ...A } fragment A on Query { ${selections} }`,
  'in a fragment of a fragment': (selections) =>
    `{ ...A } fragment B on Query { ${selections} } fragment A on Query { ...B }`,
  'in a fragment of an inline fragment': (selections) =>
    `{ ... on Query { ...A } } fragment A on Query { ... { ${selections} } }`,
};

const MEDIA_TYPES = [
  ['application/graphql-response+json', 400],
  ['application/json', 200],
] as const;

function start(env: Record<string, string> = {}) {
  const graph = createTestGraph();
  return startTestServer({ schema: graph.schema, env }).then((test) => Object.assign(test, graph));
}

function expectServed({ status, body }: Answer) {
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
}

const exceeded = (reason: string) => ({
  errors: [{ message: expect.any(String), extensions: { code: 'LIMIT_EXCEEDED', reason } }],
});

async function expectRefused(test: TestServer, query: string, reason: string, variables = {}) {
  for (const [accept, status] of MEDIA_TYPES) {
    const answer = await test.ask(query, { headers: { accept }, variables });
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: exceeded(reason) });
  }
}

async function askNamed(test: TestServer, query: string, operationName: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query, operationName });
  return (await test.fetch('/graphql', { method: 'POST', headers, body })).json();
}

describe.each(NAMES)('%s', (name) => {
  const { initial, of } = LIMITS[name];

  it.each(Object.entries(HIDDEN))('applies exactly to selections %s', async (_how, hide) => {
    await using test = await start();
    expectServed(await test.ask(hide(of(initial))));
    const { nodes } = test.resolved;
    await expectRefused(test, hide(of(initial + 1)), name);
    expect(test.resolved.nodes).toBe(nodes);
  });

  it('is set by its variable, which changes no other limit', async () => {
    await using test = await start({ [name]: '5' });
    expectServed(await test.ask(`{ ${of(5)} }`));
    await expectRefused(test, `{ ${of(6)} }`, name);
    for (const other of NAMES) if (other !== name) expectServed(await test.ask(`{ ${LIMITS[other].of(2)} }`));
  });

  it('is reported in the same way when the document is repeated', async () => {
    await using test = await start();
    const query = `{ ${of(initial + 1)} }`;
    const answers = [await test.ask(query), await test.ask(query), await test.ask(query)];
    expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1);
  });
});

describe('MAX_TOKENS', () => {
  it.each([
    ['by default', {}, 2_000],
    ['by its variable', { MAX_TOKENS: '100' }, 100],
  ])('applies exactly when set %s', async (_what, env, max) => {
    await using test = await start(env);
    expectServed(await test.ask(ofTokens(max)));
    await expectRefused(test, ofTokens(max + 1), 'MAX_TOKENS');
    await expectRefused(test, `${ofTokens(max)} fragment A on Query { __typename }`, 'MAX_TOKENS');
  });

  it('does not count white space, commas and comments', async () => {
    await using test = await start();
    expectServed(await test.ask(`${ofTokens(2_000)}${'\n,# comment'.repeat(5_000)}`));
  });
});

describe('several operations', () => {
  const others: Name[] = ['MAX_DEPTH', 'MAX_ALIASES', 'MAX_ROOT_FIELDS', 'MAX_DIRECTIVES'];

  it.each(others)('are each measured by %s, executed or not', async (name) => {
    await using test = await start();
    const { initial, of } = LIMITS[name];
    for (const operationName of ['A', 'B']) {
      const at = `query A { __typename } query B { ${of(initial)} }`;
      expect(await askNamed(test, at, operationName)).not.toHaveProperty('errors');
      const over = `query A { __typename } query B { ${of(initial + 1)} }`;
      expect(await askNamed(test, over, operationName)).toEqual(exceeded(name));
    }
  });

  it('share one count of directives', async () => {
    await using test = await start();
    const make = (count: number) =>
      `query A { ${LIMITS.MAX_DIRECTIVES.of(25)} } query B { ${LIMITS.MAX_DIRECTIVES.of(count)} }`;
    expect(await askNamed(test, make(25), 'A')).not.toHaveProperty('errors');
    expect(await askNamed(test, make(26), 'A')).toEqual(exceeded('MAX_DIRECTIVES'));
  });
});

describe('a fragment that is spread more than once', () => {
  it.each([
    [
      'MAX_ALIASES',
      (count: number) => `{ node { ${'...A '.repeat(count)} } } fragment A on Node { a: id }`,
      30,
    ],
    [
      'MAX_ROOT_FIELDS',
      (count: number) => `{ ${'...A '.repeat(count)} } fragment A on Query { __typename }`,
      20,
    ],
    [
      'MAX_DIRECTIVES',
      (count: number) => `{ node { ${'...A '.repeat(count)} } } fragment A on Node { id @include(if: true) }`,
      50,
    ],
    [
      'MAX_COMPLEXITY',
      (count: number) => `{ node { ${'...A '.repeat(count)} } } fragment A on Node { ${'id '.repeat(27)} }`,
      37,
    ],
  ] as const)('counts each time: %s', async (reason, make, count) => {
    await using test = await start();
    expectServed(await test.ask(make(count)));
    await expectRefused(test, make(count + 1), reason);
  });
});

describe('MAX_DIRECTIVES, wherever the directives are', () => {
  it.each([
    ['a field', (directive: string) => `{ node { id ${directive} } }`],
    ['a field with fields', (directive: string) => `{ node ${directive} { id } }`],
    ['an inline fragment', (directive: string) => `{ ... ${directive} { node { id } } }`],
    ['a spread', (directive: string) => `{ ...A ${directive} } fragment A on Query { node { id } }`],
    ['the operation', (directive: string) => `query ${directive} { node { id } }`],
    ['a fragment', (directive: string) => `{ ...A } fragment A on Query ${directive} { node { id } }`],
    ['a variable', (directive: string) => `query ($a: Int ${directive}) { node { id } }`],
    ['an unused fragment', (directive: string) => `{ a } fragment A on Query ${directive} { a }`],
  ])('applies exactly to directives on %s', async (_where, make) => {
    await using test = await start();
    await expectRefused(test, make('@a '.repeat(51)), 'MAX_DIRECTIVES');
    const { body } = await test.ask(make('@a '.repeat(50)));
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

describe('complexity', () => {
  const query = 'query ($first: Int!) { nodes(first: $first) { id } }';

  it('is computed with the values of the variables', async () => {
    await using test = await start();
    await expectRefused(test, query, 'MAX_COMPLEXITY', { first: 10_000 });
    expect(test.resolved.nodes).toBe(0);
    const { body } = await test.ask(query, { variables: { first: 2 } });
    expect(body.data.nodes).toHaveLength(2);
    await expectRefused(test, query, 'MAX_COMPLEXITY', { first: 1_001 });
    expectServed(await test.ask(query, { variables: { first: 1_000 } }));
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a default', 'query ($first: Int! = 10000) { nodes(first: $first) { id } }', {}],
    ['a field of the schema', '{ nodes(first: 10000) { __typename } }', {}],
    [
      'children',
      '{ nodes(first: 100) { child { child { ... on Node { ...A } } } } } fragment A on Node { a: id b: id c: id d: id e: id f: id g: id h: id i: id }',
      {},
    ],
    [
      'a neighbour that counts below zero',
      '{ less: nodes(first: -1000000) { id } nodes(first: 10000) { id } }',
      {},
    ],
    [
      'a condition that holds',
      'query ($yes: Boolean!) { nodes(first: 10000) @include(if: $yes) { id } }',
      { yes: true },
    ],
  ])('cannot be evaded by %s', async (_how, document, variables) => {
    await using test = await start();
    await expectRefused(test, document, 'MAX_COMPLEXITY', variables);
    expect(test.resolved.nodes).toBe(0);
  });

  // graphql-js finds such a null only when it executes the field, so it must not stop the complexity count.
  it.each<[string, string]>([
    ['an argument', 'query ($n: Int = 1) { node { echo(number: $n) } nodes(first: 10000) { id } }'],
    ['an input', 'query ($n: Int = 1) { filtered(by: { number: $n }) nodes(first: 10000) { id } }'],
    ['a condition', 'query ($n: Boolean = true) { node { id @include(if: $n) } nodes(first: 10000) { id } }'],
    [
      'a condition in a fragment',
      'query ($n: Boolean = true) { ...A nodes(first: 10000) { id } } fragment A on Query { node { ... @skip(if: $n) { id } } }',
    ],
  ])('cannot be evaded by a null that is invalid for %s', async (_where, document) => {
    await using test = await start();
    const { body } = await test.ask(document, { variables: { n: null } });
    expect(body).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })] });
    expect(test.resolved.nodes).toBe(0);
    await expectRefused(test, document, 'MAX_COMPLEXITY', {});
  });

  it('does not include fields that @skip or @include leave out', async () => {
    await using test = await start();
    const document = 'query ($no: Boolean!) { nodes(first: 10000) @include(if: $no) { id } node { id } }';
    const { body } = await test.ask(document, { variables: { no: false } });
    expect(body).toEqual({ data: { node: { id: 'node' } } });
  });

  it('does not include operations that are not executed', async () => {
    await using test = await start();
    const document = 'query A { nodes(first: 10000) { id } } query B { node { id } }';
    expect(await askNamed(test, document, 'B')).toEqual({ data: { node: { id: 'node' } } });
    expect(await askNamed(test, document, 'A')).toEqual(exceeded('MAX_COMPLEXITY'));
  });

  it('is not reported for invalid variables; every invalid variable is', async () => {
    await using test = await start();
    const document = 'query ($a: Int!, $b: Int!) { nodes(first: $a) { id } node { echo(number: $b) } }';
    const { body } = await test.ask(document, { variables: { a: 'x', b: {} } });
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_REQUEST' },
      { code: 'BAD_REQUEST' },
    ]);
    expect(body).not.toHaveProperty('data');
  });
});

describe('variables', () => {
  const builder = createBuilder();
  const Condition = builder.inputRef<Nested>('Condition').implement({
    fields: (t) => ({ not: t.field({ type: Condition }), or: t.field({ type: [Condition] }) }),
  });
  builder.queryType({
    fields: (t) => ({
      nested: t.boolean({ args: { by: t.arg({ type: Condition }) }, resolve: () => true }),
    }),
  });
  const schema = builder.toSchema();
  const nest = (count: number, [before, after]: readonly [string, string]) =>
    `{"by":${before.repeat(count)}{}${after.repeat(count)}}`;

  it.each([
    ['objects', ['{"not":', '}']],
    ['lists of objects', ['{"or":[', ']}']],
    ['lists', ['[', ']']],
  ] as const)('nested in %s are refused before the stack overflows', async (_how, around) => {
    await using test = await startTestServer({ schema });
    const ask = async (count: number) => {
      const query = 'query ($by: Condition) { nested(by: $by) }';
      const body = `{"query":${JSON.stringify(query)},"variables":${nest(count, around)}}`;
      const headers = { 'content-type': 'application/json' };
      const answer = await test.fetch('/graphql', { method: 'POST', headers, body });
      return (await answer.json()) as GraphQLBody;
    };
    for (const count of [150, 1_000, 5_000, 10_000]) {
      expect((await ask(count)).errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    }
    if (around[0] !== '[') expect(await ask(40)).toEqual({ data: { nested: true } });
    expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });

  it('that are wrong are reported for the first few, and repeated in part', async () => {
    await using test = await start();
    const variables = { numbers: Array.from({ length: 500 }, () => 'x'.repeat(150)) };
    const { body } = await test.ask('query ($numbers: [Int!]!) { sum(numbers: $numbers) }', { variables });
    expect(body.errors?.length).toBe(4);
    const long = { numbers: ['x'.repeat(50_000)] };
    const { body: shortened } = await test.ask('query ($numbers: [Int!]!) { sum(numbers: $numbers) }', {
      variables: long,
    });
    expect(shortened.errors?.[0]?.message.length).toBeLessThan(1_100);
  });
});

describe('BODY_LIMIT', () => {
  const bodyOf = (length: number) => {
    const body = JSON.stringify({ query: '{ __typename }' });
    return `${body}${' '.repeat(length - body.length)}`;
  };

  it.each([
    ['by default', {}, 100_000],
    ['by its variable', { BODY_LIMIT: '5000' }, 5_000],
  ])('applies exactly when set %s', async (_what, env, max) => {
    await using test = await start(env);
    const post = (body: string) =>
      test.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await post(bodyOf(max))).status).toBe(200);
    const over = await post(bodyOf(max + 1));
    expect(over.status).toBe(413);
    expect(await over.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    // The limit counts bytes, not characters.
    const wide = JSON.stringify({ query: `{ __typename } # ${'\u20ac'.repeat(max / 3)}` });
    expect((await post(wide)).status).toBe(413);
  });
});
