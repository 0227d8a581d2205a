import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertShape } from '../../src/auth/shape.ts';
import { INVALID_TOKEN } from '../support/refusals.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The parts of a token by how many bytes each has beyond a multiple of three. */
const parts = (header: number, payload: number, signature: number) => [
  Buffer.from(`{"a":1}${' '.repeat(2 + header)}`).toString('base64url'),
  Buffer.from(`{"b":2}${' '.repeat(2 + payload)}`).toString('base64url'),
  Buffer.alloc(63 + signature, 7).toString('base64url'),
];

const REMAINDERS = [0, 1, 2];
const ALL = REMAINDERS.flatMap((one) =>
  REMAINDERS.flatMap((two) => REMAINDERS.map((three) => [one, two, three])),
);

function refuses(token: string): boolean {
  try {
    assertShape(token);
    return false;
  } catch (error) {
    expect(error).toMatchObject(INVALID_TOKEN);
    return true;
  }
}

/** All texts that a lenient decoder reads as the same bytes: another last character, or padding. */
function otherSpellings(part: string): readonly string[] {
  const bytes = Buffer.from(part, 'base64url');
  const padding = '='.repeat((4 - (part.length % 4)) % 4);
  return [
    ...[...ALPHABET].map((letter) => part.slice(0, -1) + letter),
    ...(padding ? [part + padding, `${part}=`] : [`${part}=`, `${part}A`]),
    part.replaceAll('-', '+').replaceAll('_', '/'),
  ].filter((text) => text !== part && Buffer.from(text, 'base64url').equals(bytes));
}

describe('the shape of a token', () => {
  it.each(ALL)('is canonical base64url of any length (%d, %d and %d bytes over)', (...remainders) => {
    const [header = 0, payload = 0, signature = 0] = remainders;
    const canonical = parts(header, payload, signature);
    expect(refuses(canonical.join('.'))).toBe(false);
    for (const [index, part] of canonical.entries()) {
      const others = otherSpellings(part);
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect(refuses(canonical.with(index, other).join('.')), other).toBe(true);
    }
  });

  it('has so many other spellings by unused bits alone: 15 for one byte over, 3 for two', () => {
    const spellings = (part = '') => otherSpellings(part).filter((text) => !text.includes('=')).length;
    expect(parts(1, 0, 0).map(spellings)).toEqual([15, 1, 1]);
    expect(parts(2, 2, 2).map(spellings)).toEqual([3, 3, 3]);
    expect(parts(1, 1, 1).map(spellings)).toEqual([15, 15, 15]);
  });

  it('is the only one that decodes to its bytes', () => {
    const encoded = fc
      .uint8Array({ minLength: 1, maxLength: 80 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    const text = fc.stringMatching(/^[\w-]{1,90}$/);
    fc.assert(
      fc.property(fc.oneof(encoded, text), (signature) => {
        const [header, payload] = parts(0, 0, 0);
        const isCanonical = Buffer.from(signature, 'base64url').toString('base64url') === signature;
        expect(refuses(`${header}.${payload}.${signature}`)).toBe(!isCanonical);
      }),
      { numRuns: 500 },
    );
  });
});
