import { runInNewContext } from 'node:vm';
import { createSchema, createYoga } from 'graphql-yoga';
import { describe, expect, it } from 'vitest';
import { headerReaderOf } from '../../src/library/auth/header-reader.ts';

const { Request: YogaRequest, Headers: YogaHeaders } = createYoga({
  schema: createSchema({ typeDefs: 'type Query { a: ID }' }),
}).fetchAPI;

const NAME = 'x-stack-access-token';
const carried = { [NAME]: 'abc' };

describe('a token', () => {
  it.each<[string, unknown]>([
    ['Request', new Request('http://a.test', { headers: carried })],
    ['Headers', new Headers(carried)],
    ["Yoga's Request", new YogaRequest('http://a.test', { headers: carried })],
    ["Yoga's Headers", new YogaHeaders(carried)],
    ['a record', carried],
    ['a record with names in upper case', { 'X-Stack-Access-Token': 'abc' }],
    ['a record with lists', { [NAME]: ['abc'] }],
    ['a record of another realm', runInNewContext(`({ '${NAME}': 'abc' })`)],
    ['a request of node:http', { url: '/', headers: carried }],
    ['a Map', new Map([[NAME, 'abc']])],
  ])('is read from %s', (_what, from) => {
    expect(headerReaderOf(from)(NAME)).toBe('abc');
    expect(headerReaderOf(from)('authorization') ?? undefined).toBeUndefined();
  });

  it('that comes twice is neither of the two', () => {
    for (const from of [{ [NAME]: ['abc', 'def'] }, { [NAME]: 'abc', 'X-Stack-Access-Token': 'def' }])
      expect(headerReaderOf(from)(NAME)).toBe('abc, def');
  });

  it('is not read from what is inherited', () => {
    expect(headerReaderOf(Object.create(carried))(NAME)).toBeUndefined();
    expect(headerReaderOf({})('constructor')).toBeUndefined();
  });

  it.each([undefined, null, 'Bearer abc', 7, [[NAME, 'abc']], [NAME, 'abc'], { headers: [[NAME, 'abc']] }])(
    'cannot be read from %s',
    (from) => {
      expect(() => headerReaderOf(from)).toThrow('A token can be read from a Request');
    },
  );
});
