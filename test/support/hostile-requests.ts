// Families of hostile requests: each grows to any size, and takes as many tokens as the limit allows at 100 KB.

import { CORES, type Core, inNode, repeat } from './hostile-cores.ts';

/** A GraphQL request. */
export interface HostileRequest {
  readonly query: string;
  /** JSON text, since JSON.stringify cannot write what is nested too deep. */
  readonly variables?: string;
  readonly operationName?: string;
}

/** Makes a request of about `size` bytes. */
export type Family = (size: number) => HostileRequest;

/** The size at which a family uses up its tokens. */
const FULL = 100_000;

/** Some bytes of every family are spent outside of the repeated units. */
const ROOM = 600;

/** What may stand between tokens, and is no token. */
const FILLERS: Readonly<Record<string, string>> = {
  'line feeds': '\n',
  'carriage returns': '\r',
  CRLF: '\r\n',
  'mixed line ends': '\n\r\r\n',
  commas: ',',
  spaces: ' ',
  'byte order marks': '\ufeff',
  'empty comments': '#\n',
  'long comments': `#${'x'.repeat(98)}\n`,
};

/** Bytes in the JSON of a request: a line feed has two. */
const bytesOf = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

/** The units, with as much filler between them as the size leaves. */
function spread(
  { full, isSquare, unit, around }: Core,
  { filler, size }: { filler: string; size: number },
): string {
  const share = isSquare ? Math.sqrt(size / FULL) : size / FULL;
  const count = Math.max(1, Math.round(full * share));
  const units = Array.from({ length: count }, (_, index) => unit(index, count));
  const copies = Math.max(0, size - bytesOf(around(units.join(' '), count)) - ROOM) / bytesOf(filler);
  // One half stands before the first unit: whatever counts from the start of the document goes through it.
  const before = Math.floor(copies / 2);
  const each = Math.floor(copies / 2 / count);
  return filler.repeat(before) + around(units.map((text) => text + filler.repeat(each)).join(' '), count);
}

const manyKeys = (size: number) => repeat(size / 11, (index) => `"a${index}":1`, ',');

const WITH_FILTER = 'query ($by: Filter) { filtered(by: $by) }';
const WITH_NUMBERS = 'query ($numbers: [Int!]!) { sum(numbers: $numbers) }';

/** What needs no filler: one long token, or what stands beside the document. */
const ALONE: Readonly<Record<string, Family>> = {
  'a long name': (size) => ({ query: `{ ${'a'.repeat(size)} }` }),
  'long names': (size) => ({ query: inNode(repeat(11, (index) => `x${index}`.padEnd(size / 11, 'x'))) }),
  'a long name in many messages': (size) => ({
    query: `query ${'Q'.repeat(size / 2)}(${repeat(size / 300, (index) => `$a${index}: Int`)}) { __typename }`,
  }),
  'a long string': (size) => ({ query: `{ sum(numbers: "${'x'.repeat(size)}") }` }),
  'many strings': (size) => ({
    query: `{ sum(numbers: [${repeat(1_900, () => `"${'x'.repeat(size / 1_900)}"`)}]) }`,
  }),
  'a string of escapes': (size) => ({ query: `{ sum(numbers: "${'\\u0041'.repeat(size / 7)}") }` }),
  'a string without an end': (size) => ({ query: `{ sum(numbers: "${'x'.repeat(size)}` }),
  'a block string': (size) => ({ query: `{ sum(numbers: """${'\n x'.repeat(size / 4)}""") }` }),
  'a block string of empty lines': (size) => ({ query: `{ sum(numbers: """${'\n'.repeat(size / 2)}""") }` }),
  'an indented block string': (size) => ({
    query: `{ sum(numbers: """${`\n${' '.repeat(300)}`.repeat(size / 301)}x""") }`,
  }),
  'a block string without an end': (size) => ({ query: `{ sum(numbers: """${'\n'.repeat(size / 2)}` }),
  'block strings': (size) => ({
    query: `{ sum(numbers: [${repeat(900, () => `"""${'\n'.repeat(size / 1_800)}"""`)}]) }`,
  }),
  quotes: (size) => ({ query: '"'.repeat(size / 2) }),
  'a long integer': (size) => ({ query: `{ sum(numbers: ${'9'.repeat(size)}) }` }),
  'a long fraction': (size) => ({ query: `{ sum(numbers: 0.${'9'.repeat(size)}) }` }),
  'many numbers': (size) => ({
    query: `{ sum(numbers: [${repeat(1_900, () => '9'.repeat(size / 1_900))}]) }`,
  }),
  'a long comment': (size) => ({ query: `{ __typename } #${'x'.repeat(size)}` }),
  'a long operation name': (size) => ({ query: '{ __typename }', operationName: 'x'.repeat(size) }),
  'wrong numbers': (size) => ({
    query: WITH_NUMBERS,
    variables: `{"numbers":[${repeat(size / 4, () => '"x"', ',')}]}`,
  }),
  'a number that is a long string': (size) => ({
    query: WITH_NUMBERS,
    variables: `{"numbers":["${'x'.repeat(size)}"]}`,
  }),
  'numbers that are lists of long strings': (size) => ({
    query: WITH_NUMBERS,
    variables: `{"numbers":[${repeat(100, () => `["${'x'.repeat(size / 100 - 5)}"]`, ',')}]}`,
  }),
  'unknown fields of an input in a variable': (size) => ({
    query: WITH_FILTER,
    variables: `{"by":{${manyKeys(size)}}}`,
  }),
  'a variable of nested lists': (size) => ({
    query: WITH_NUMBERS,
    variables: `{"numbers":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`,
  }),
  'a variable of nested objects': (size) => ({
    query: WITH_FILTER,
    variables: `{"by":${'{"a":'.repeat(size / 6)}1${'}'.repeat(size / 6)}}`,
  }),
  'one key, many times': (size) => ({
    query: WITH_FILTER,
    variables: `{"by":{${repeat(size / 11, () => '"number":1', ',')}}}`,
  }),
  'variables that are not declared': (size) => ({
    query: WITH_FILTER,
    variables: `{${manyKeys(size)}}`,
  }),
};

/** Hostile requests by the name of their family: each core with the first `fillers` fillers, and what needs none. */
export function families(fillers = Object.keys(FILLERS).length): readonly (readonly [string, Family])[] {
  const filled = Object.entries(FILLERS)
    .slice(0, fillers)
    .flatMap(([what, filler]) =>
      Object.entries(CORES).map(([name, core]): [string, Family] => [
        `${name}, ${what}`,
        (size) => ({ query: spread(core, { filler, size }) }),
      ]),
    );
  return [...filled, ...Object.entries(ALONE)];
}

/** A request as clients send it: fragments and operations with comments, valid, of which one is executed. */
export const HONEST: Family = (size) => {
  const operations = Math.max(1, Math.round((18 * size) / FULL));
  const selection = 'id child { id same: id child { id child { id } } }';
  const operation = (index: number) =>
    `query Q${index}($first: Int!) { nodes(first: $first) { ${selection} } node { ...F${index} } }\n` +
    `fragment F${index} on Node { id ${repeat(40, () => 'id')} echo(number: ${index}) }\n`;
  const bare = repeat(operations, operation, '').length;
  const comment = `# ${'What this operation is for, in many words. '.repeat(2)}\n`;
  const comments = comment.repeat(Math.max(0, (size - bare - ROOM) / operations / comment.length));
  return {
    query: repeat(operations, (index) => comments + operation(index), ''),
    variables: '{"first":90}',
    operationName: 'Q0',
  };
};
