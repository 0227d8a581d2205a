import { describe, expect, it } from 'vitest';
import { scopeKey } from '../../src/graph/scopes/scope-key.ts';

describe('the key of a value of a scope', () => {
  it.each([
    ['strings', 'a', 'a'],
    ['objects', { id: 'a', teamId: 'b' }, { teamId: 'b', id: 'a' }],
    ['objects in objects', { a: { x: 1, y: [2, null] } }, { a: { y: [2, null], x: 1 } }],
    ['lists', ['a', { b: true }], ['a', { b: true }]],
  ])('is the same for equal %s', (_what, one, other) => {
    expect(scopeKey(one)).toBe(scopeKey(other));
  });

  it.each<readonly [string, unknown, unknown]>([
    ['a number and its text', 1, '1'],
    ['an object and its text', { a: 1 }, '{"a":1}'],
    ['an object and its key', { a: 1 }, 'o{"a":1}'],
    ['a list and an object', ['a'], { 0: 'a' }],
    ['lists in another order', ['a', 'b'], ['b', 'a']],
    ['lists that join to the same text', ['a,b'], ['a', 'b']],
    ['a property and none', { a: 1, b: null }, { a: 1 }],
    ['sets', new Set(['a']), new Set(['b'])],
    ['objects that hold dates', { at: new Date(0) }, { at: new Date(1) }],
    ['objects that hold functions', { of: () => 1 }, { of: () => 2 }],
    ['true and its text', true, 'true'],
  ])('differs for %s', (_what, one, other) => {
    expect(scopeKey(one)).not.toBe(scopeKey(other));
  });
});
