import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DocumentNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComplexityCheck } from '../../src/documents/complexity.ts';
import { createDocumentCache, estimateSize } from '../../src/documents/document-cache.ts';
import { createDocumentRules } from '../../src/documents/document-rules.ts';
import { families } from '../support/hostile-requests.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes on the heap of this thread after `work` that are still referred to. */
async function kept(work: () => unknown): Promise<number> {
  collect();
  const before = process.memoryUsage().heapUsed;
  await work();
  collect();
  return process.memoryUsage().heapUsed - before;
}

const MB = 1_000_000;
/** What V8 may have compiled meanwhile. */
const COMPILED_CODE = 200_000;
const FAMILIES = new Map(families());
const { schema } = createTestGraph();
const limits = {
  maxTokens: 2_000,
  maxDepth: 12,
  maxAliases: 30,
  maxRootFields: 20,
  maxDirectives: 50,
  maxRepeats: 100,
  maxComplexity: 1_000,
};
const rules = createDocumentRules({ limits, introspection: false });

/** A text of its own, as JSON.parse makes it. */
const copyOf = (text: string, number: number): string => JSON.parse(JSON.stringify(`${text}#${number}`));

describe('the document cache', () => {
  it.each([
    'one field, spaces',
    'aliases, empty comments',
    'unknown arguments, line feeds',
    'one variable, CRLF',
    'undefined variables, commas',
    'unused fragments, long comments',
    'nested inline fragments, byte order marks',
    'nested objects, spaces',
    'nested list types, carriage returns',
    'a long name',
    'many strings',
    'a string of escapes',
    'a block string',
    'many numbers',
  ])('estimates a document at no less than it takes: %s', async (name) => {
    const text = FAMILIES.get(name)?.(20_000).query ?? '';
    const estimated = 20 * estimateSize(rules.parse(text), text);
    const documents: DocumentNode[] = [];
    const bytes = await kept(() => {
      for (let number = 0; number < 20; number += 1) documents.push(rules.parse(copyOf(text, number)));
    });
    expect(documents.length).toBe(20);
    expect(bytes).toBeLessThan(estimated + COMPILED_CODE);
  });

  it.each([
    ['one-letter fields', `{ ${'a '.repeat(1_900)} }`],
    ['short documents', '{ a }'],
    ['47,000 comments', `{ a }${'#\n'.repeat(47_000)}`],
    ['characters beyond Latin-1', `{ a } #${'\u20ac'.repeat(30_000)}`],
  ])('takes at most 20 MB, full of documents of %s', async (_what, text) => {
    const cache = createDocumentCache();
    const count = text.length < 100 ? 5_000 : 60;
    const bytes = await kept(() => {
      for (let number = 0; number < count; number += 1) {
        const copy = copyOf(text, number);
        cache.set(copy, rules.parse(copy));
      }
    });
    expect(cache.size).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(20 * MB);
    expect(bytes).toBeLessThan(cache.calculatedSize + MB);
  });
});

describe('variables that passed the complexity limit', () => {
  const query = 'query ($numbers: [Int!]!) { sum(numbers: $numbers) }';
  const numbers = (first: number) => [first, ...Array.from({ length: 20 }, () => 1_000_000_000)];

  it('are kept for all operations together within 2 MB', async () => {
    const check = createComplexityCheck(1_000);
    const documents = Array.from({ length: 100 }, () => parse(query, { noLocation: true }));
    const bytes = await kept(() => {
      for (const document of documents) {
        for (let number = 0; number < 100; number += 1) {
          check({ schema, document, variableValues: { numbers: numbers(number) } });
        }
      }
    });
    expect(documents.length).toBe(100);
    expect(bytes).toBeLessThan(2.5 * MB);
  });

  it('are known by their declared variables alone', async () => {
    const check = createComplexityCheck(1_000);
    const document = parse(query);
    const bytes = await kept(() => {
      for (let number = 0; number < 3_000; number += 1) {
        const variableValues = { numbers: [1], [`x${number}`]: 'x'.repeat(450) };
        expect(check({ schema, document, variableValues })).toBeUndefined();
      }
    });
    expect(bytes).toBeLessThan(0.5 * MB);
  });
});

const unknownFields = (number: number) =>
  `{ node { ${Array.from({ length: 101 }, (_, index) => `x${index}_${number}`).join(' ')} } }`;

describe('the server', () => {
  let test: TestServer;

  beforeAll(async () => {
    test = await startTestServer({ schema, env: { LOG_LEVEL: 'fatal' } });
    // Code is compiled on the same heap.
    for (let number = 0; number < 20; number += 1) await test.ask(unknownFields(number));
  });

  afterAll(() => test[Symbol.asyncDispose]());

  it.each<[string, (number: number) => string]>([
    ['that are not valid', unknownFields],
    ['that are not valid, with a long text', (number) => `${unknownFields(number)}${' '.repeat(50_000)}`],
    ['with a syntax error', (number) => `{ node { id } } ${number} ${' '.repeat(50_000)}`],
    ['over a limit', (number) => `{ node { ${'a: id '.repeat(31)} } } #${number}${' '.repeat(50_000)}`],
    [
      'over the limit of complexity',
      (number) => `{ nodes(first: 1001) { id } } #${number}${' '.repeat(50_000)}`,
    ],
    ['without an operation', (number) => `fragment F on Node { id } #${number}${' '.repeat(50_000)}`],
  ])('keeps no documents %s', async (_what, query) => {
    const ask = async (first: number, count: number) => {
      for (let number = first; number < first + count; number += 1) {
        expect((await test.ask(query(number))).body.errors).toBeDefined();
      }
    };
    await ask(0, 5);
    const bytes = await kept(async () => {
      await ask(100, 30);
      test.logged.length = 0;
    });
    expect(bytes).toBeLessThan(MB);
  });
});
