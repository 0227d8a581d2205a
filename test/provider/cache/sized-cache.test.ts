import { describe, expect, it } from 'vitest';
import { createSizedCache } from '../../../src/provider/cache/sized-cache.ts';

const SIGNED_IN = { isAnonymous: false };
const ANONYMOUS = { isAnonymous: true };

describe('a sized cache', () => {
  it('is bounded in bytes: the least recently used values are dropped first', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>(({ length }) => length);
    for (const id of ['a', 'b', 'c']) texts.set({ id, ...SIGNED_IN }, 'x'.repeat(20_000));
    expect(texts.get('a')).toBeDefined();
    texts.set({ id: 'd', ...SIGNED_IN }, 'x'.repeat(20_000));
    expect(['a', 'b', 'c', 'd'].map((id) => texts.get(id) !== undefined)).toEqual([true, false, true, true]);
    expect(cache.bytes().signedIn).toBeLessThanOrEqual(75_000);
  });

  it('has one bound for all its sections, which do not see each other', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>(({ length }) => length);
    const lists = cache.section<readonly string[]>(() => 50_000);
    texts.set({ id: 'ada', ...SIGNED_IN }, 'x'.repeat(40_000));
    expect(lists.get('ada')).toBeUndefined();
    lists.set({ id: 'ada', ...SIGNED_IN }, ['team']);
    expect(lists.get('ada')).toEqual(['team']);
    expect(texts.get('ada')).toBeUndefined();
  });

  it('gives anonymous users a quarter, which they cannot exceed', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>(({ length }) => length);
    for (let id = 0; id < 7; id += 1) texts.set({ id: `member ${id}`, ...SIGNED_IN }, 'x'.repeat(10_000));
    for (let id = 0; id < 500; id += 1) texts.set({ id: `visitor ${id}`, ...ANONYMOUS }, 'x'.repeat(5_000));
    for (let id = 0; id < 7; id += 1) expect(texts.get(`member ${id}`)).toBeDefined();
    expect(cache.bytes()).toMatchObject({ signedIn: 7 * 10_300, anonymous: 4 * 5_300 });
  });

  it('keeps no value that is larger than its share, and not the one before it', () => {
    const cache = createSizedCache({ maxBytes: 100_000, max: 1_000 });
    const texts = cache.section<string>(({ length }) => length);
    texts.set({ id: 'ada', ...SIGNED_IN }, 'old');
    texts.set({ id: 'ada', ...SIGNED_IN }, 'x'.repeat(80_000));
    expect(texts.get('ada')).toBeUndefined();
    expect(cache.bytes()).toEqual({ signedIn: 0, anonymous: 0 });
  });

  it('deletes what is asked of one user, and nothing of others', () => {
    const cache = createSizedCache({ maxBytes: 1_000_000, max: 1_000 });
    const [texts, lists] = [cache.section<string>(() => 10), cache.section<string>(() => 10)];
    for (const id of ['ada', 'grace']) {
      texts.set({ id, ...SIGNED_IN }, 'text');
      for (const teamId of [undefined, 'navy', 'engines']) lists.set({ id, teamId, ...SIGNED_IN }, 'list');
    }
    cache.deleteOf('ada', [lists]);
    expect(texts.get('ada')).toBe('text');
    expect([undefined, 'navy', 'engines'].map((teamId) => lists.get('ada', teamId))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(lists.get('grace', 'navy')).toBe('list');
    cache.deleteOf('grace', [texts, lists]);
    texts.delete('ada');
    expect(cache.bytes()).toEqual({ signedIn: 0, anonymous: 0 });
  });

  it('keeps a value that is read for each one that is set', () => {
    const cache = createSizedCache({ maxBytes: 1_000_000, max: 8 });
    const texts = cache.section<number>(() => 10);
    for (let id = 0; id < 100; id += 1) {
      texts.set({ id: `user ${id}`, ...SIGNED_IN }, id);
      expect(texts.get('user 0')).toBe(0);
    }
    expect(texts.get('user 98')).toBe(98);
    expect(texts.get('user 90')).toBeUndefined();
  });

  it('moves the value of an anonymous user who signs up, and keeps one', () => {
    const cache = createSizedCache({ maxBytes: 1_000_000, max: 1_000 });
    const texts = cache.section<string>(() => 10);
    texts.set({ id: 'ada', ...ANONYMOUS }, 'before');
    texts.set({ id: 'ada', ...SIGNED_IN }, 'after');
    expect(texts.get('ada')).toBe('after');
    expect(cache.bytes()).toEqual({ signedIn: 310, anonymous: 0 });
    cache.clear();
    expect(texts.get('ada')).toBeUndefined();
    expect(cache.bytes()).toEqual({ signedIn: 0, anonymous: 0 });
  });
});
