import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createCopyCache } from '../../../src/provider/cache/copy-cache.ts';
import { PROFILE } from '../../../src/provider/cache/kinds.ts';
import { createSizedCache } from '../../../src/provider/cache/sized-cache.ts';
import { parseProfile } from '../../../src/provider/profile.ts';
import { createClock } from '../../support/clock.ts';

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

describe('the estimate of a cached profile', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  /** The used heap, in bytes, once several collections in a row free no more of what earlier tests left behind. */
  async function heap() {
    let least = Number.POSITIVE_INFINITY;
    for (let settled = 0; settled < 4; settled += 1) {
      await new Promise(setImmediate);
      collect();
      const { heapUsed } = process.memoryUsage();
      if (heapUsed < least - 100_000) settled = 0;
      least = Math.min(least, heapUsed);
    }
    return least;
  }

  /** A body as the provider sends it, with texts of its own. */
  const bodyOf = (index: number, change: object) =>
    JSON.stringify({
      id: `27904c7e-18ab-4a8a-ab70-${String(index).padStart(12, '0')}`,
      display_name: `User ${index}`,
      primary_email: `user-${index}@example.com`,
      primary_email_verified: true,
      profile_image_url: `https://images.example.com/${index}.png`,
      signed_up_at_millis: 1_795_445_170_000 + index,
      last_active_at_millis: 1_795_445_170_000 + index,
      has_password: true,
      oauth_providers: [{ id: 'github', account_id: `account-${index}`, email: `user-${index}@example.com` }],
      ...change,
    });

  it.each<[string, number, (index: number) => object]>([
    ['an ordinary one', 4_000, () => ({})],
    ['one without anything', 4_000, () => ({ display_name: null, oauth_providers: [] })],
    ['a name of 900 KB', 50, (index) => ({ display_name: `${index} ${'ü'.repeat(450_000)}` })],
    ['a name that is not Latin', 264, (index) => ({ display_name: `${index} ${'名'.repeat(990)}` })],
    ['an image in its URL', 50, (index) => ({ profile_image_url: `data:${index},${'x'.repeat(130_000)}` })],
    ['a URL of 950 KB', 50, (index) => ({ profile_image_url: `https://${index}/${'x'.repeat(950_000)}` })],
    [
      '18,000 accounts',
      15,
      (index) => ({
        oauth_providers: Array.from({ length: 18_000 }, (_, account) => ({
          id: 'custom',
          account_id: `${index}-${account}`,
          email: null,
        })),
      }),
    ],
    ['metadata', 100, (index) => ({ client_metadata: { list: Array.from({ length: 5_000 }, () => index) } })],
    [
      'a selected team',
      2_000,
      (index) => ({
        selected_team: {
          id: `27904c7e-18ab-4a8a-ab71-${String(index).padStart(12, '0')}`,
          display_name: `Team ${index}`,
          profile_image_url: `https://images.example.com/${index}.png`,
          client_metadata: { index },
        },
      }),
    ],
  ])('is near the memory that it holds: %s', async (_what, count, change) => {
    const clock = createClock();
    const cache = createSizedCache({ maxBytes: 1_000_000_000, max: 100_000 });
    const profiles = createCopyCache({ kind: PROFILE, ttl: 30_000, staleMax: 60_000, cache, clock });
    // The tables of the cache, and what the parser keeps for itself, are there before.
    const store = (index: number) => {
      const profile = parseProfile(JSON.parse(bodyOf(index, change(index))));
      const token = Buffer.from(`${index} ${'t'.repeat(900)}`).toString();
      const call = {
        id: profile.id,
        token,
        issuedAt: 1,
        isAnonymous: false,
        startedAt: 0,
        startedAtWall: 0.5,
      };
      profiles.store(call, profile);
    };
    store(0);
    const rounds: { readonly held: number; readonly estimate: number }[] = [];
    for (let first = 1; first <= 2 * count + 1; first += count) {
      const [before, estimateBefore] = [await heap(), cache.bytes().signedIn];
      for (let index = first; index < first + count; index += 1) store(index);
      const held = ((await heap()) - before) / count;
      rounds.push({ held, estimate: (cache.bytes().signedIn - estimateBefore) / count });
    }
    // What earlier tests left behind may be freed in one of the rounds.
    const [, median] = rounds.toSorted((one, other) => one.held - other.held);
    const { held = 0, estimate } = median ?? {};
    expect(estimate).toBeGreaterThan(held * 0.75);
    expect(estimate).toBeLessThan(held * 1.5);
  });
});
