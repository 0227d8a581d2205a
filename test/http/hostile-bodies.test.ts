import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoon } from '../support/soon.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';

const repeat = (count: number, text: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ schema: createTestGraph().schema });
});

afterAll(() => test[Symbol.asyncDispose]());

describe('a body', () => {
  const query = 'query ($a: [Int!]!) { sum(numbers: $a) }';
  const raw = async (body: string) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await test.fetch('/graphql', { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as GraphQLBody };
  };
  const deep = (count: number) => '['.repeat(count) + ']'.repeat(count);

  it.each([
    ['of 3 MB', JSON.stringify({ query: `{ __typename } #${'x'.repeat(3_000_000)}` })],
    ['with variables in 100,000 lists', `{"query":"${query}","variables":{"a":${deep(100_000)}}}`],
  ])('%s is refused for its size', async (_name, body) => {
    expect(await raw(body)).toMatchObject({
      status: 413,
      body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  it.each([
    ['with variables in 49,000 lists', `{"query":"${query}","variables":{"a":${deep(49_000)}}}`],
    [
      'with variables in 15,000 objects',
      `{"query":"${query}","variables":{"a":${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}}}`,
    ],
    ['that is 49,000 lists', deep(49_000)],
    ['with extensions in 49,000 lists', `{"query":"${query}","extensions":{"a":${deep(49_000)}}}`],
    ['with a query in 49,000 lists', `{"query":${deep(49_000)}}`],
    [
      'with 10,000 undeclared variables',
      `{"query":"${query}","variables":{${repeat(10_000, (index) => `"${index}":0`, ',')}}}`,
    ],
    [
      'with a list of 30,001 objects in place of numbers',
      `{"query":"${query}","variables":{"a":[${'{},'.repeat(30_000)}{}]}}`,
    ],
    ['with variables in __proto__', `{"query":"${query}","variables":{"__proto__":{"a":[1]}}}`],
    [
      'with variables in constructor.prototype',
      `{"query":"${query}","variables":{"constructor":{"prototype":{"a":[1]}}}}`,
    ],
    ['with a query in __proto__', `{"__proto__":{"query":"{ __typename }"}}`],
    ['with an unknown member', `{"query":"{ __typename }","__proto__":{"polluted":true}}`],
    [
      'with an operation name of 90,000 characters',
      JSON.stringify({ query: '{ __typename }', operationName: 'x'.repeat(90_000) }),
    ],
    ['with __proto__ as its operation name', '{"query":"{ __typename }","operationName":"__proto__"}'],
    ['with constructor as its operation name', '{"query":"{ __typename }","operationName":"constructor"}'],
    ['with an empty operation name', '{"query":"{ __typename }","operationName":""}'],
    ['with a number as its operation name', '{"query":"{ __typename }","operationName":7}'],
    [
      'with an object as its operation name',
      '{"query":"query A { __typename }","operationName":{"toString":"A"}}',
    ],
    ['with numbers that are too large', `{"query":"${query}","variables":{"a":[1e999]}}`],
    ['with half a surrogate pair', '{"query":"{ __typename \\ud800 }"}'],
  ])('%s is refused without an internal error', async (_name, body) => {
    await expectSoon(async () => {
      const answer = await raw(body);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toHaveProperty('data');
      expect(String(answer.body.errors?.[0]?.extensions['code'])).toMatch(
        /^(BAD_REQUEST|GRAPHQL_.*_FAILED)$/,
      );
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('can have variables named like properties of Object.prototype', async () => {
    const document = 'query ($constructor: [Int!]!) { sum(numbers: $constructor) }';
    expect(await raw(JSON.stringify({ query: document, variables: { constructor: [1, 2] } }))).toEqual({
      status: 200,
      body: { data: { sum: 3 } },
    });
    expect((await raw(JSON.stringify({ query: document }))).body.errors?.[0]?.extensions).toEqual({
      code: 'BAD_REQUEST',
    });
    const proto =
      '{"query":"query ($__proto__: [Int!]!) { sum(numbers: $__proto__) }","variables":{"__proto__":[1]}}';
    expect((await raw(proto)).status).toBeLessThan(500);
  });
});

describe('the memory held by document caches', () => {
  // The test cannot access the caches, so it measures the heap approximately.
  it('is bounded, however many large documents arrive', async () => {
    const ask = async (kind: string, count: number) => {
      for (let index = 0; index < count; index += 1) {
        const query = `{ ${kind === 'bad' ? '' : '__typename'} } # ${kind} ${index} ${'x'.repeat(90_000)}`;
        // Without a warm-up, which would send each document twice.
        const answer = await fetch(`${test.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        await answer.text();
      }
    };
    await ask('first', 30);
    await ask('bad', 30);
    const before = heapUsed();
    // 36 MB of valid documents and 10 MB of invalid ones: the caches hold 20 and 4 MB.
    await ask('good', 400);
    await ask('bad', 110);
    expect((heapUsed() - before) / 1_000_000).toBeLessThan(26);
  });
});

/** Bytes of the heap in use after garbage collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}
