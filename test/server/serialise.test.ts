import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialise, sizeOf } from '../../src/server/serialise.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';

const LIMIT = 1_000;

/** Objects as graphql-js makes them: without a prototype. */
const bare = (object: object): object => Object.assign(Object.create(null), object);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 300 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, -Number.MAX_VALUE, '\u0000'.repeat(150), '😀'.repeat(150), '\ud800'),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 40 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 30 }), tie('value'), { maxKeys: 20 }).map(bare),
    fc.dictionary(fc.string({ maxLength: 30 }), tie('value'), { maxKeys: 20 }),
  ),
}));

describe('serialise', () => {
  it('returns the JSON of a value exactly where it has no more bytes than the limit', () => {
    const sizes = { within: 0, beyond: 0 };
    fc.assert(
      fc.property(values.value, fc.integer({ min: 2, max: 3_000 }), (data, limit) => {
        const text = JSON.stringify({ data });
        const isWithin = Buffer.byteLength(text) <= limit;
        sizes[isWithin ? 'within' : 'beyond'] += 1;
        expect(serialise({ data }, limit)).toBe(isWithin ? text : undefined);
        expect(sizeOf({ data }, limit) !== undefined).toBe(isWithin);
      }),
      { numRuns: fuzzRuns(1_000) },
    );
    expect(sizes.within).toBeGreaterThan(10);
    expect(sizes.beyond).toBeGreaterThan(10);
  });

  it.each([
    ['characters of one byte', 'a', 1],
    ['characters of two bytes', 'é', 2],
    ['characters of three bytes', '語', 3],
    ['characters of four bytes, which are two in memory', '😀', 4],
    ['characters that JSON escapes', '\u0001', 6],
    ['halves of a character', '\ud800', 6],
  ])('counts %s', (_what, character, bytes) => {
    const room = LIMIT - '{"t":""}'.length;
    const text = character.repeat(Math.floor(room / bytes));
    expect(serialise({ t: text }, LIMIT)).toBe(JSON.stringify({ t: text }));
    expect(serialise({ t: text + character }, LIMIT)).toBeUndefined();
  });

  it('asks an object that says itself what its JSON is', () => {
    const large = { toJSON: () => 'a'.repeat(LIMIT) };
    expect(serialise({ large }, LIMIT)).toBeUndefined();
    expect(serialise({ large: bare({ other: 'a'.repeat(LIMIT), toJSON: () => 'small' }) }, LIMIT)).toBe(
      '{"large":"small"}',
    );
    expect(serialise({ at: new Date(0) }, LIMIT)).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(serialise({ list: new Map([[1, 'a'.repeat(LIMIT)]]), none: () => 1 }, LIMIT)).toBe('{"list":{}}');
  });

  it('stops at the limit, whatever the JSON would have cost', () => {
    const text = 'a'.repeat(2 ** 20);
    let asked = 0;
    const item = () => ({
      toJSON: () => {
        asked += 1;
        return text;
      },
    });
    // As one string this would be longer than a string can be.
    expect(serialise({ list: Array.from({ length: 2_000 }, item) }, 3 * 2 ** 20)).toBeUndefined();
    expect(asked).toBe(3);
    expect(serialise({ list: new Array(2_000).fill(text) }, 2 ** 20)).toBeUndefined();
  });

  it('throws for what has no JSON, like JSON.stringify', () => {
    const cycle: Record<string, unknown> = {};
    cycle['again'] = [cycle];
    for (const value of [cycle, { big: 1n }, { deep: { big: [1n] } }]) {
      expect(() => serialise(value, 2 ** 20)).toThrow(TypeError);
      expect(() => sizeOf(value, 2 ** 20)).toThrow(TypeError);
    }
  });
});
