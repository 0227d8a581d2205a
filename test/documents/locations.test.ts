import { getLocation, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detachLocations, locationsOf } from '../../src/documents/locations.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';

const { schema } = createTestGraph();

const BROKEN = [
  '{ x }',
  '\n\n  { x }',
  '{\r\n  x\r\n  y }',
  '{\r  x(a: 1)\n\r y }',
  '# a comment\n{ node { # x\n x } }',
  '\ufeff{ x }',
  '{ sum(numbers: """\n\n a\r\n """) x }',
  'query A { id } query A { id }\nfragment F on Node { id }',
  'query ($a: Int, $a: X) {\n node { id @skip(if: $b) } ...F }',
  '{ node { echo(number: 1)\n echo(number: 2) } }',
  'mutation { x }\n\nsubscription { y }',
];

describe('locations of the errors of a document', () => {
  it.each(BROKEN)('are those that graphql-js would count: %j', (text) => {
    const expected = validate(schema, parse(text)).map(({ locations }) => locations);
    expect(expected.length).toBeGreaterThan(0);
    const errors = validate(schema, detachLocations(parse(text)));
    expect(errors.map(({ locations }) => locations)).toEqual(expected.map(() => undefined));
    expect(errors.map(locationsOf)).toEqual(expected);
  });

  it('are ten at most for each error', () => {
    const text = `query (${'$a: Int '.repeat(50)}) { __typename }`;
    const [error] = validate(schema, detachLocations(parse(text)));
    expect(error?.nodes?.length).toBe(50);
    expect(error && locationsOf(error)).toHaveLength(10);
  });
});

describe('locations in an answer', () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer({ schema, env: { PREPARED_OPERATIONS: 'on' } });
  });

  afterAll(() => test[Symbol.asyncDispose]());

  const at = (text: string, part: string) => getLocation({ body: text } as never, text.indexOf(part));
  const locationsIn = ({ errors }: GraphQLBody) =>
    (errors as readonly { locations?: unknown }[] | undefined)?.map(({ locations }) => locations);

  it.each([
    ['a syntax error', '{\n node {\r\n id } } ?', '?'],
    ['an unknown field', '{\n node {\r unknown } }', 'unknown'],
    ['an unknown fragment', '{\n ...F }', 'F }'],
    ['a fragment cycle', '{ node { id } }\n fragment F on Node {\n ...F }', '...F'],
    ['a variable that is missing', 'query (\n $n: Int!) { node { echo(number: $n) } }', '$n: Int!'],
    ['a field that fails', '{ node {\n id\r\n  fails } }', 'fails'],
  ])('are right for %s, the first time and when it is repeated', async (_what, text, part) => {
    for (const _time of [1, 2, 3]) {
      const { body } = await test.ask(text);
      expect(locationsIn(body)).toEqual([[at(text, part)]]);
    }
  });
});
