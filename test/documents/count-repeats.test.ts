import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { countRepeats } from '../../src/documents/count-repeats.ts';

describe('countRepeats', () => {
  it.each([
    ['{ a a a }', 0],
    ['{ a { b } }', 1],
    ['{ a(x: 1) a(x: 2) a b(x: 1) }', 2],
    ['{ x: a(x: 1) x: a(x: 2) { b } a(x: 3) }', 2],
    ['{ a { b } a { b } c { b } }', 2],
    ['{ a { a { a { a } } } }', 3],
    ['{ x: a { b } x: c { b } a { b } c { b } }', 2],
    ['{ ... { a { b } ... on T { a { b } } } a { b } }', 3],
    ['{ ...A ...A } fragment A on T { a { b } a { b } } fragment B on T { a { b } }', 3],
    ['query A { a { b } } query B { a { b } } mutation { a { b } }', 3],
    ['type T { a: Int }', 0],
    ['{ ...A } fragment A on T { ...A a { ...A } }', 1],
  ])('counts the repeats in %s: %d', (document, count) => {
    expect(countRepeats(parse(document))).toBe(count);
  });
});
