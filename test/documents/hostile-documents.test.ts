import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoon } from '../support/soon.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';

const repeat = (count: number, text: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

/** `count` fragments; each spreads the fragments whose indexes `next` returns. */
const fragments = (count: number, next: (index: number) => readonly number[], type = 'Node') =>
  repeat(
    count,
    (index) =>
      `fragment F${index} on ${type} { ${next(index)
        .map((each) => `...F${each}`)
        .join(' ')} }`,
  );

/** Each fragment spreads the next one twice, so that the last one is expanded 2^(count - 1) times. */
const bomb = (count: number, last: string, type = 'Node') =>
  `${fragments(count - 1, (index) => [index + 1, index + 1], type)} fragment F${count - 1} on ${type} { ${last} }`;

const nested = (count: number) => `{ node { ${'child { '.repeat(count - 2)} id ${'}'.repeat(count - 2)} } }`;

type Documents = Readonly<Record<string, string>>;

const OVER_A_LIMIT: Readonly<Record<string, Documents>> = {
  MAX_TOKENS: {
    '2,000 aliases': `{ ${repeat(2_000, (index) => `a${index}: __typename`)} }`,
    '2,000 fields': `{ node { ${'id '.repeat(2_000)} } }`,
    '5,000 directives': `{ node { id ${'@skip(if: false) '.repeat(5_000)} } }`,
    '5,000 operations': repeat(5_000, (index) => `query Q${index} { id }`),
    '1,000 fragments that spread each other': `{ node { ...F0 } } ${fragments(1_000, (index) => [(index + 1) % 1_000])}`,
    'a depth of 1,000': nested(1_000),
    'a list of 40,000 numbers': `{ sum(numbers: [${'1 '.repeat(40_000)}]) }`,
    'lists in 40,000 lists': `{ sum(numbers: ${'['.repeat(40_000)}`,
    'objects in 15,000 objects': `{ filtered(by: ${'{by:'.repeat(15_000)}`,
    'a type of 40,000 lists': `query ($a: ${'['.repeat(40_000)}`,
  },
  MAX_DEPTH: {
    'a depth of 500': nested(500),
    'a depth of 13 by fragments': `{ node { ...F0 } } ${repeat(11, (index) => `fragment F${index} on Node { child { ...F${index + 1} } }`)} fragment F11 on Node { id }`,
    'a depth in a fragment that is never spread': `{ __typename } fragment F on Query ${nested(13)}`,
    'a depth of unknown fields': `${'{ a '.repeat(400)}${'}'.repeat(400)}`,
  },
  MAX_ALIASES: {
    '300 aliases': `{ node { ${repeat(300, (index) => `a${index}: id`)} } }`,
    'aliases that double 6 times': `{ node { ...F0 } } ${bomb(7, 'a: id')}`,
    'aliases that double 150 times': `{ node { ...F0 } } ${bomb(150, 'a: id')}`,
  },
  MAX_ROOT_FIELDS: {
    '500 root fields': `{ ${'__typename '.repeat(500)} }`,
    'root fields that double 5 times': `{ ...F0 } ${bomb(6, '__typename', 'Query')}`,
    'root fields that double 150 times': `{ ...F0 } ${bomb(150, '__typename', 'Query')}`,
    'root fields of a mutation': `mutation { ${'count '.repeat(21)} }`,
  },
  MAX_DIRECTIVES: {
    '900 directives on one field': `{ node { id ${'@a '.repeat(900)} } }`,
    '60 directives on 60 fields': `{ node { ${'id @skip(if: false) '.repeat(60)} } }`,
    'directives that double 6 times': `{ node { ...F0 } } ${bomb(7, 'id @skip(if: false)')}`,
    'directives that double 150 times': `{ node { ...F0 } } ${bomb(150, 'id @skip(if: false)')}`,
    'directives on variables': `query (${repeat(60, (index) => `$a${index}: Int @a`)}) { node { id } }`,
  },
  MAX_REPEATS: {
    'a field with fields, 490 times': `{ node { ${'child { id } '.repeat(490)} } }`,
    'a tree of 20 by 20': `{ node { ${`child { ${'child { id } '.repeat(20)} } `.repeat(20)} } }`,
    'a field with an argument, 325 times': `{ node { ${repeat(325, (index) => `echo(number: ${index})`)} } }`,
    'a field with fields in each of 101 fragments': `{ node { ${repeat(101, (index) => `...F${index}`)} } } ${repeat(101, (index) => `fragment F${index} on Node { child { id } }`)}`,
  },
  MAX_COMPLEXITY: {
    'fields that double 12 times': `{ node { ...F0 } } ${bomb(12, 'id')}`,
    'fields that double 150 times': `{ node { ...F0 } } ${bomb(150, 'id')}`,
    'spreads of nothing that double 150 times': `{ node { ...F0 } } ${bomb(150, '__typename')}`,
    'fragments that each spread all later ones': `{ node { ...F0 } } ${fragments(30, (index) => Array.from({ length: 29 - index }, (_, each) => index + each + 1)).replace('{  }', '{ id }')}`,
    'a list of 10,000': '{ nodes(first: 10000) { id } }',
    'a list of the greatest possible length': '{ nodes(first: 2147483647) { id } }',
    'lists in 20 root fields': `{ ${repeat(20, () => 'nodes(first: 100) { id }')} }`,
  },
};

const NOT_VALID: Documents = {
  'a fragment that spreads itself': '{ ...F } fragment F on Query { ...F }',
  'a fragment that spreads itself, beside a field': '{ ...F } fragment F on Query { __typename ...F }',
  'two fragments that spread each other':
    '{ node { ...F0 } } fragment F0 on Node { ...F1 } fragment F1 on Node { ...F0 }',
  'a fragment cycle through fields': '{ node { ...F } } fragment F on Node { child { ...F } }',
  'a fragment cycle through inline fragments':
    '{ node { ...F } } fragment F on Node { ... { ... on Node { ...F } } }',
  'a fragment cycle that no operation spreads': '{ __typename } fragment F on Node { ...F }',
  'a cycle of 180 fragments': `{ node { ...F0 } } ${fragments(180, (index) => [(index + 1) % 180])}`,
  'overlapping cycles of 180 fragments': `{ node { ...F0 } } ${fragments(180, (index) => [(index + 1) % 180, (index * 7 + 3) % 180])}`,
  'overlapping cycles of 110 fragments that each spread five': `{ node { ...F0 } } ${fragments(110, (index) => [1, 2, 3, 5, 8].map((step) => (index * step + step) % 110))}`,
  'overlapping fragment cycles with fields': `{ node { ...F0 } } ${repeat(9, (index) => `fragment F${index} on Node { child { id ...F${(index + 1) % 9} } id ...F${(index * 7 + 3) % 9} }`)}`,
  '100 fields of one name with different arguments': `{ node { ${repeat(100, (index) => `echo(number: ${index})`)} } }`,
  '1,900 unknown fields': `{ node { ${repeat(1_900, (index) => `x${index}`)} } }`,
  '1,900 times the same unknown field': `{ node { ${'x '.repeat(1_900)} } }`,
  '1,900 times the same field': `{ node { ${'id '.repeat(1_900)} } }`,
  '400 unused variables': `query (${repeat(400, (index) => `$a${index}: Int`)}) { __typename }`,
  '250 unused fragments': `{ __typename } ${repeat(250, (index) => `fragment F${index} on Node { id }`)}`,
  '450 arguments with the same name': `{ sum(${'numbers: 1 '.repeat(450)}) }`,
  'a list of 900 lists': `{ sum(numbers: ${'['.repeat(900)}${']'.repeat(900)}) }`,
  'an object of 400 objects': `{ filtered(by: ${'{by:'.repeat(400)}1${'}'.repeat(400)}) }`,
  'a type of 900 lists': `query ($a: ${'['.repeat(900)}Int${']'.repeat(900)}) { __typename }`,
  'a string of 90,000 letters': `{ sum(numbers: "${'x'.repeat(90_000)}") }`,
  'a block string of 20,000 lines': `{ sum(numbers: """${'\n x'.repeat(20_000)}""") }`,
  'a number of 90,000 digits': `{ sum(numbers: ${'9'.repeat(90_000)}) }`,
  'a name of 40,000 letters': `{ ${'a'.repeat(40_000)} }`,
  'fields named like properties of Object.prototype': '{ __proto__ constructor toString hasOwnProperty }',
  'fragments named like properties of Object.prototype':
    '{ ...__proto__ ...constructor } fragment toString on Query { a }',
  'introspection while it is off': '{ __schema { types { name } } }',
  'introspection of a type': '{ __type(name: "Query") { name } }',
};

const NOT_GRAPHQL: Documents = {
  'an empty string': '',
  'only a comment': '# nothing',
  NUL: '{ __typename \0 }',
  'only a comment with NUL': '#\0',
  'half a surrogate pair': '{ __typename \ud800 }',
  'a Cyrillic letter in a name': '{ __t\u0443pename }',
  'a right-to-left override': '{ \u202e__typename }',
  'a zero-width space': '{ \u200b__typename }',
  'an unterminated string': `{ sum(numbers: "${'x'.repeat(90_000)}`,
  'an unterminated block string': `{ sum(numbers: """${'x'.repeat(90_000)}`,
  'a number with 40,000 decimal points': `{ sum(numbers: ${'1.'.repeat(40_000)}) }`,
  'a number with 40,000 exponents': `{ sum(numbers: 1e${'9e'.repeat(40_000)}) }`,
  '20,000 incomplete escapes': `{ sum(numbers: "${'\\u'.repeat(20_000)}") }`,
  '40,001 quotes': '"'.repeat(40_001),
  '90,000 brackets': '{'.repeat(90_000),
  '30,000 spreads': '...'.repeat(30_000),
  SDL: 'type Query { a: Int',
  HTML: '<script>alert(1)</script>',
};

const NO_OPERATION: Documents = {
  'only fragments': 'fragment F on Query { __typename }',
  'two operations and no operationName': 'query A { __typename } query B { __typename }',
  '300 operations and no operationName': repeat(300, (index) => `query Q${index} { __typename }`),
  'only type definitions': `type X { ${'a: Int '.repeat(300)} }`,
};

interface Outcome {
  readonly status: number;
  readonly body: GraphQLBody;
  readonly bytes: number;
}

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ schema: createTestGraph().schema });
  await test.ask('{ node { id } }');
});

afterAll(() => test[Symbol.asyncDispose]());

async function send(payload: object, accept: string, server = test): Promise<Outcome> {
  const answer = await server.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(payload),
  });
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text), bytes: text.length };
}

/** Expects a refusal with `statuses[0]` under application/graphql-response+json, and with `statuses[1]` under other media types. */
function expectRefusedSoon(query: string, extensions: object, statuses: readonly [number, number]) {
  return expectSoon(async (index) => {
    const accept = ['application/graphql-response+json', 'application/json', '*/*'][index] ?? '';
    const { status, body, bytes } = await send({ query: `${query}\n#${index}` }, accept);
    expect(status).toBe(statuses[index === 0 ? 0 : 1]);
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.[0]?.extensions).toEqual(extensions);
    expect(body.errors?.length).toBeLessThanOrEqual(11);
    expect(JSON.stringify(body.errors)).not.toMatch(/Did you mean|\.ts\b|node_modules/);
    expect(bytes).toBeLessThan(200_000);
  });
}

describe.each(Object.entries(OVER_A_LIMIT))('a document over %s', (reason, documents) => {
  it.each(Object.entries(documents))(
    'is refused quickly, without data or internals: %s',
    async (_name, query) => {
      await expectRefusedSoon(query, { code: 'LIMIT_EXCEEDED', reason }, [400, 200]);
    },
  );
});

describe('an invalid document', () => {
  it.each(Object.entries(NOT_VALID))('is refused quickly: %s', async (_name, query) => {
    await expectRefusedSoon(query, { code: 'GRAPHQL_VALIDATION_FAILED' }, [400, 200]);
  });
});

describe('a document with a syntax error', () => {
  it.each(Object.entries(NOT_GRAPHQL))('is refused quickly: %s', async (_name, query) => {
    await expectRefusedSoon(query, { code: 'GRAPHQL_PARSE_FAILED' }, [400, 200]);
  });
});

describe('a document in which no operation can be selected', () => {
  it.each(Object.entries(NO_OPERATION))('is refused quickly: %s', async (_name, query) => {
    await expectRefusedSoon(query, { code: 'BAD_REQUEST' }, [400, 400]);
  });
});

describe('a subscription to a schema without subscriptions', () => {
  it('is refused quickly', async () => {
    await expectRefusedSoon('subscription { __typename }', { code: 'BAD_REQUEST' }, [400, 200]);
  });
});

describe('an unusual but valid document', () => {
  it.each([
    ['a leading byte order mark', '\ufeff{ __typename }'],
    ['a comment of 90,000 letters', `{ __typename } # ${'x'.repeat(90_000)}`],
    ['NUL in a comment', '{ __typename } # \0'],
    ['30,000 commas', `{${','.repeat(30_000)}__typename}`],
    ['30,000 lines', `{${'\r\n'.repeat(15_000)}__typename}`],
    [
      'aliases named like properties of Object.prototype',
      '{ __proto__: __typename constructor: __typename }',
    ],
    ['a fragment named __proto__', '{ ...__proto__ } fragment __proto__ on Query { __typename }'],
    ['an operation named __proto__', 'query __proto__ { __typename }'],
  ])('is served quickly: %s', async (_name, query) => {
    await expectSoon(async (index) => {
      const { status, body } = await send({ query: `${query}${' '.repeat(index)}` }, 'application/json');
      expect(status).toBe(200);
      expect(Object.keys(body)).toEqual(['data']);
    });
  });
});

describe('the server after all hostile documents', () => {
  it('has logged no error and still serves valid documents', async () => {
    expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
    expect((await test.ask('{ node { id } }')).body).toEqual({ data: { node: { id: 'node' } } });
  });
});
