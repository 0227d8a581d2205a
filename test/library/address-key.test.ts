import { describe, expect, it } from 'vitest';
import { addressKeyOf } from '../../src/library/auth/address-key.ts';

describe('the key of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
    ['tenant 7', 'tenant 7'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, key) => {
    expect(addressKeyOf(address)).toBe(key);
  });

  it('of a text is short however long the text is, and that of no other', () => {
    const texts = ['a', 'b', 'aa'].map((text) => `${text.repeat(8_000)}, 192.0.2.7`);
    const keys = texts.map(addressKeyOf);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(64);
    expect(texts.map(addressKeyOf)).toEqual(keys);
  });

  it('of what is no text is that of its text', () => {
    expect(addressKeyOf(['192.0.2.7'] as unknown as string)).toBe('192.0.2.7');
  });
});
