import { describe, expect, it } from 'vitest';
import { createSizedCache } from '../../../src/provider/cache/sized-cache.ts';

const SIGNED_IN = { isAnonymous: false };
const ANONYMOUS = { isAnonymous: true };

describe('a sized cache', () => {
  it('is bounded in bytes: the least recently used values are dropped first', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>('text', ({ length }) => length);
    for (const id of ['a', 'b', 'c']) texts.set(id, 'x'.repeat(20_000), SIGNED_IN);
    expect(texts.get('a')).toBeDefined();
    texts.set('d', 'x'.repeat(20_000), SIGNED_IN);
    expect(['a', 'b', 'c', 'd'].map((id) => texts.get(id) !== undefined)).toEqual([true, false, true, true]);
    expect(cache.bytes().signedIn).toBeLessThanOrEqual(75_000);
  });

  it('has one bound for all its sections, which do not see each other', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>('text', ({ length }) => length);
    const lists = cache.section<readonly string[]>('list', () => 50_000);
    texts.set('ada', 'x'.repeat(40_000), SIGNED_IN);
    expect(lists.get('ada')).toBeUndefined();
    lists.set('ada', ['team'], SIGNED_IN);
    expect(lists.get('ada')).toEqual(['team']);
    expect(texts.get('ada')).toBeUndefined();
  });

  it('gives anonymous users a quarter, which they cannot exceed', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>('text', ({ length }) => length);
    for (let id = 0; id < 7; id += 1) texts.set(`member ${id}`, 'x'.repeat(10_000), SIGNED_IN);
    for (let id = 0; id < 500; id += 1) texts.set(`visitor ${id}`, 'x'.repeat(5_000), ANONYMOUS);
    for (let id = 0; id < 7; id += 1) expect(texts.get(`member ${id}`)).toBeDefined();
    expect(cache.bytes()).toMatchObject({ signedIn: 7 * 10_300, anonymous: 4 * 5_300 });
  });

  it('keeps no value that is larger than its share, and not the one before it', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>('text', ({ length }) => length);
    texts.set('ada', 'old', SIGNED_IN);
    texts.set('ada', 'x'.repeat(80_000), SIGNED_IN);
    expect(texts.get('ada')).toBeUndefined();
    expect(cache.bytes()).toEqual({ signedIn: 0, anonymous: 0 });
  });
});
