import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { measureDocument } from '../../src/documents/measure-document.ts';

const measure = (document: string) => measureDocument(parse(document));

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Each fragment spreads the next one twice. */
const bomb = (count: number, last: string) =>
  `${repeat(count, (index) => `fragment F${index} on T { ...F${index + 1} ...F${index + 1} }`)} fragment F${count} on T { ${last} }`;

const NOTHING = { depth: 0, aliases: 0, rootFields: 0, directives: 0, cyclic: false, incomplete: false };
const ONE_FIELD = { ...NOTHING, depth: 1, rootFields: 1 };

describe('the measured depth of a document', () => {
  it.each([
    ['{ a }', 1],
    ['{ a { b } }', 2],
    ['{ a { b } c { d { e } } f }', 3],
    ['{ ... { ... on T { a { ... { b } } } } }', 2],
    ['{ ...A } fragment A on T { a { ...B } } fragment B on T { b { c } }', 3],
    ['{ a { ...A } ...A } fragment A on T { a { b } }', 3],
    ['query A { a } query B { a { b { c } } }', 3],
    ['{ a } fragment A on T { a { b { c { d } } } }', 4],
    ['mutation { a { b } }', 2],
    ['{ __schema { types { fields { type { name } } } } }', 1],
    ['{ a { __type(name: "T") { fields { type { name } } } } }', 2],
    ['{ a { __typename } }', 2],
  ])('for %s is %d', (document, depth) => {
    expect(measure(document).depth).toBe(depth);
  });
});

describe('the number of aliases in a document', () => {
  it.each([
    ['{ a b: b c: d }', 2],
    ['{ a: a { b: b { c: c } } }', 3],
    ['{ ... { a: b } ... on T { a: b } }', 2],
    ['{ ...A ...A ...A } fragment A on T { a: b }', 3],
    ['{ ...A a { ...A } } fragment A on T { a: b ...B } fragment B on T { c: d e: f }', 6],
    ['query A { a: b } query B { a: b c: d }', 2],
    ['{ __schema { a: types { b: name } } }', 2],
    ['{ a } fragment A on T { a: b c: d e: f }', 3],
  ])('for %s is %d', (document, aliases) => {
    expect(measure(document).aliases).toBe(aliases);
  });
});

describe('the number of root fields in a document', () => {
  it.each([
    ['{ a b c { d e f } }', 3],
    ['{ a a a }', 3],
    ['{ a ... { b ... on T { c { d } } } }', 3],
    ['{ ...A ...A b } fragment A on T { a { x } c }', 5],
    ['query A { a } query B { a b }', 2],
    ['mutation { a b }', 2],
    ['{ a { ...A } } fragment A on T { a b c d }', 1],
    ['{ a } fragment A on T { a b c d }', 1],
    ['{ __schema { types { name } } __typename }', 2],
  ])('for %s is %d', (document, rootFields) => {
    expect(measure(document).rootFields).toBe(rootFields);
  });
});

describe('the number of directives in a document', () => {
  it.each([
    ['{ a @x @x }', 2],
    ['{ a @x { b @x } }', 2],
    ['query @x { a }', 1],
    ['query ($a: Int @x @y, $b: Int @z) { a }', 3],
    ['{ ... @x { a } ... on T @x { a @x } }', 3],
    ['{ ...A @x ...A @x } fragment A on T @y { a @z }', 6],
    ['{ a } fragment A on T @x { a @x }', 2],
    ['query A { a @x } query B { a @x @y }', 3],
  ])('for %s is %d', (document, directives) => {
    expect(measure(document).directives).toBe(directives);
  });
});

describe('a fragment cycle', () => {
  it.each([
    ['{ ...A } fragment A on T { ...A }'],
    ['{ ...A } fragment A on T { a ...A b }'],
    ['{ ...A } fragment A on T { a { ...A } }'],
    ['{ ...A } fragment A on T { ... { ... on T { ...A } } }'],
    ['{ ...A } fragment A on T { ...B } fragment B on T { ...A }'],
    ['{ ...A ...B } fragment A on T { ...C } fragment B on T { ...C } fragment C on T { ...B }'],
    ['{ a } fragment A on T { ...A }'],
    ['fragment A on T { ...B } fragment B on T { ...A }'],
  ])('is detected: %s', (document) => {
    expect(measure(document).cyclic).toBe(true);
  });

  it.each([
    ['{ ...A ...A } fragment A on T { a }'],
    ['{ ...A ...B } fragment A on T { ...B } fragment B on T { b }'],
    [
      '{ ...A } fragment A on T { ...B ...C } fragment B on T { ...D } fragment C on T { ...D } fragment D on T { d }',
    ],
    ['{ ...A a { ...A b { ...A } } } fragment A on T { a { b } }'],
    ['{ ...Unknown } fragment A on T { ...Unknown }'],
  ])('is not reported for a document without one: %s', (document) => {
    expect(measure(document).cyclic).toBe(false);
  });
});

describe('a document with undefined, duplicate or unused definitions', () => {
  it.each([
    ['{ a ...Unknown }', { ...ONE_FIELD, incomplete: true }],
    ['fragment A on T { a }', { ...NOTHING, depth: 1 }],
    ['type T { a: Int @x }', NOTHING],
    ['{ ...__proto__ ...constructor a }', { ...ONE_FIELD, incomplete: true }],
    ['{ ...A ...A } fragment A on T { a } fragment A on T { a b }', { ...ONE_FIELD, rootFields: 4 }],
  ])('is measured: %s', (document, size) => {
    expect(measure(document)).toEqual(size);
  });
});

describe('fragments that expand exponentially', () => {
  it.each([
    ['aliases', 'a: b'],
    ['rootFields', 'a'],
    ['directives', 'a @x'],
  ] as const)('are counted exactly, without walking every expansion: %s', (what, last) => {
    expect(measure(`{ ...F0 } ${bomb(10, last)}`)[what]).toBe(2 ** 10);
    // Walking every expansion of these would never finish.
    expect(measure(`{ ...F0 } ${bomb(300, last)}`)[what]).toBe(2 ** 300);
    expect(measure(`{ ...F0 } ${bomb(1_100, last)}`)[what]).toBe(Number.POSITIVE_INFINITY);
  });

  it('do not hide a fragment cycle', () => {
    expect(measure(`{ ...F0 } ${bomb(100, '...F0')}`).cyclic).toBe(true);
    expect(measure(`{ ...F0 } ${bomb(100, 'a')}`).cyclic).toBe(false);
  });
});
