// The repeated parts of hostile documents for the test graph. 100 KB of each come near the limits, or exceed them.

/** Joins `count` texts. */
export const repeat = (count: number, text: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

/** A document whose units repeat: `full` of them at 100 KB. */
export interface Core {
  readonly full: number;
  /** Whether the text grows with the square of the number of units. */
  readonly isSquare?: true;
  readonly unit: (index: number, count: number) => string;
  readonly around: (units: string, count: number) => string;
}

/** Selections of a node. */
export const inNode = (units: string) => `{ node { ${units} } }`;
const fragment = (name: string, selections: string) => `fragment ${name} on Node { ${selections} }`;

/** By what they repeat. */
export const CORES: Readonly<Record<string, Core>> = {
  'unknown fields': { full: 1_900, unit: (index) => `x${index}`, around: inNode },
  'one unknown field': { full: 1_900, unit: () => 'x', around: inNode },
  'one field': { full: 1_900, unit: () => 'id', around: inNode },
  'one field with an argument': { full: 320, unit: () => 'echo(number: 1)', around: inNode },
  'one field with different arguments': {
    full: 320,
    unit: (index) => `echo(number: ${index})`,
    around: inNode,
  },
  'fields that fail': { full: 900, unit: () => 'fails', around: inNode },
  'aliases of a field that fails': {
    full: 30,
    unit: (index) => `a${index}: fails`,
    around: (units) => `{ nodes(first: 30) { ${units} } }`,
  },
  'a list of fields that fail': {
    full: 1,
    unit: () => 'fails',
    around: (units) => `{ nodes(first: 900) { ${units} } }`,
  },
  aliases: { full: 600, unit: (index) => `a${index}: id`, around: inNode },
  'unknown arguments': {
    full: 600,
    unit: (index) => `a${index}: 1`,
    around: (units) => `{ sum(${units}) }`,
  },
  'one argument': { full: 600, unit: () => 'numbers: 1', around: (units) => `{ sum(${units}) }` },
  'arguments of the wrong type': {
    full: 1_900,
    unit: () => '"1"',
    around: (units) => `{ sum(numbers: [${units}]) }`,
  },
  'unknown fields of an input': {
    full: 600,
    unit: (index) => `a${index}: 1`,
    around: (units) => `{ filtered(by: { ${units} }) }`,
  },
  'one field of an input': {
    full: 600,
    unit: () => 'number: 1',
    around: (units) => `{ filtered(by: { ${units} }) }`,
  },
  'unknown types': {
    full: 450,
    unit: (index) => `$a${index}: X${index}`,
    around: (units) => `query (${units}) { __typename }`,
  },
  'unused variables': {
    full: 450,
    unit: (index) => `$a${index}: Int`,
    around: (units) => `query (${units}) { __typename }`,
  },
  'one variable': {
    full: 450,
    unit: () => '$a: Int',
    around: (units) => `query (${units}) { __typename }`,
  },
  'undefined variables': {
    full: 900,
    unit: (index) => `$a${index}`,
    around: (units) => `{ sum(numbers: [${units}]) }`,
  },
  'unknown directives': { full: 50, unit: (index) => `@d${index}`, around: (units) => `{ id ${units} }` },
  'unknown fragments': { full: 900, unit: (index) => `...F${index}`, around: inNode },
  'one unknown fragment': { full: 900, unit: () => '...F', around: inNode },
  'unused fragments': {
    full: 250,
    unit: (index) => fragment(`F${index}`, 'id'),
    around: (units) => `{ __typename } ${units}`,
  },
  'fragments of one name': {
    full: 250,
    unit: () => fragment('F', 'id'),
    around: (units) => `{ node { ...F } } ${units}`,
  },
  'a chain of fragments': {
    full: 220,
    unit: (index, count) => fragment(`F${index}`, index + 1 < count ? `...F${index + 1}` : 'id'),
    around: (units) => `{ node { ...F0 } } ${units}`,
  },
  'fragments that spread all later ones': {
    full: 40,
    isSquare: true,
    unit: (index, count) =>
      fragment(`F${index}`, `id ${repeat(count - index - 1, (each) => `...F${index + each + 1}`)}`),
    around: (units) => `{ node { ...F0 } } ${units}`,
  },
  'a cycle of fragments': {
    full: 220,
    unit: (index, count) => fragment(`F${index}`, `...F${(index + 1) % count}`),
    around: (units) => `{ node { ...F0 } } ${units}`,
  },
  'overlapping cycles of fragments': {
    full: 160,
    unit: (index, count) =>
      fragment(`F${index}`, `...F${(index + 1) % count} ...F${(index * 7 + 3) % count}`),
    around: (units) => `{ node { ...F0 } } ${units}`,
  },
  'fragments with fields, all spread': {
    full: 99,
    unit: (index) => fragment(`F${index}`, 'child { id }'),
    around: (units, count) => `{ node { ${repeat(count, (index) => `...F${index}`)} } } ${units}`,
  },
  'fragments with conflicts, all spread': {
    full: 120,
    unit: (index) => fragment(`F${index}`, `echo(number: ${index})`),
    around: (units, count) => `{ node { ${repeat(count, (index) => `...F${index}`)} } } ${units}`,
  },
  'operations of one name': {
    full: 380,
    unit: () => 'query Q { id }',
    around: (units) => units,
  },
  'many operations': {
    full: 380,
    unit: (index) => `query Q${index} { __typename }`,
    around: (units) => units,
  },
  'anonymous operations': { full: 600, unit: () => '{ __typename }', around: (units) => units },
  'type definitions': { full: 300, unit: (index) => `type T${index} { a: Int }`, around: (units) => units },
  'a field with fields': { full: 99, unit: () => 'child { id }', around: inNode },
  'nested inline fragments': {
    full: 600,
    unit: () => '... {',
    around: (units, count) => `{ ${units} __typename ${'}'.repeat(count)} }`,
  },
  'inline fragments side by side': { full: 480, unit: () => '... { id }', around: inNode },
  'nested fields': {
    full: 300,
    unit: () => 'child {',
    around: (units, count) => `{ node { ${units} id ${'}'.repeat(count)} } }`,
  },
  'nested lists': {
    full: 900,
    unit: () => '[',
    around: (units, count) => `{ sum(numbers: ${units} ${']'.repeat(count)}) }`,
  },
  'nested objects': {
    full: 450,
    unit: () => '{ by:',
    around: (units, count) => `{ filtered(by: ${units} 1 ${'}'.repeat(count)}) }`,
  },
  'nested list types': {
    full: 900,
    unit: () => '[',
    around: (units, count) => `query ($a: ${units} Int ${']'.repeat(count)}) { __typename }`,
  },
  'a syntax error at the end': {
    full: 1_900,
    unit: () => 'id',
    around: (units) => `{ node { ${units} } ? }`,
  },
  'more tokens than the limit': { full: 20_000, unit: () => 'id', around: inNode },
};
