import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, createProfileCache } from '../../../src/provider/cache/profile-cache.ts';
import type { Profile } from '../../../src/provider/profile.ts';
import { createClock } from '../../support/clock.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

const SECOND = 1_000;

function profileOf(displayName: string): Profile {
  return {
    id: 'ada',
    displayName,
    email: undefined,
    emailVerified: false,
    profileImageUrl: undefined,
    signedUpAt: new Date(0),
    lastActiveAt: new Date(0),
    hasPassword: false,
    oauthProviders: [],
  };
}

/** A cache, and what Ada asks it with a token that is made now. */
function createTestCache({ ttl = 30_000, staleMax = 600_000, max = 10 } = {}) {
  const clock = createClock();
  const cache = createProfileCache({ ttl, staleMax, max, now: clock.now });
  const second = () => Math.floor(clock.now() / SECOND);
  const asked = (token = 'token', change: Partial<Asked> = {}): Asked => ({
    id: 'ada',
    token,
    issuedAt: second(),
    startedAt: clock.now(),
    ...change,
  });
  return { cache, clock, asked, second };
}

describe('a copy', () => {
  it('is fresh for as long as the TTL and not a millisecond longer', () => {
    const { cache, clock, asked } = createTestCache({ ttl: 30_000 });
    const mine = asked();
    const profile = profileOf('Ada');
    cache.keep(mine, profile);
    clock.advance(29_999);
    expect(cache.fresh(mine)).toBe(profile);
    clock.advance(1);
    expect(cache.fresh(mine)).toBeUndefined();
  });

  it('ages from when the call began, not from when it ended', () => {
    const { cache, clock, asked } = createTestCache({ ttl: 30_000 });
    const mine = asked();
    clock.advance(30_000);
    cache.keep(mine, profileOf('Ada'));
    expect(cache.fresh(mine)).toBeUndefined();
    expect(cache.stale(mine)).toBeDefined();
  });

  it('is good for want of anything better up to the stale maximum and not a millisecond longer', () => {
    const { cache, clock, asked } = createTestCache({ staleMax: 600_000 });
    const mine = asked();
    const profile = profileOf('Ada');
    cache.keep(mine, profile);
    clock.advance(600_000);
    expect(cache.stale(mine)).toBe(profile);
    clock.advance(1);
    expect(cache.stale(mine)).toBeUndefined();
  });

  it('is of one user alone', () => {
    const { cache, asked } = createTestCache();
    cache.keep(asked(), profileOf('Ada'));
    for (const id of ['grace', 'ad', 'ada ', 'ADA', '']) {
      expect(cache.fresh(asked('token', { id }))).toBeUndefined();
      expect(cache.stale(asked('token', { id }))).toBeUndefined();
    }
  });

  it('is not kept where the TTL is 0', () => {
    const { cache, asked } = createTestCache({ ttl: 0 });
    cache.keep(asked(), profileOf('Ada'));
    expect(cache.fresh(asked())).toBeUndefined();
    expect(cache.stale(asked())).toBeUndefined();
  });

  it('goes when there are too many, the one longest unused first', () => {
    const { cache, asked } = createTestCache({ max: 2 });
    const of = (id: string) => asked('token', { id });
    cache.keep(of('ada'), profileOf('Ada'));
    cache.keep(of('grace'), profileOf('Grace'));
    expect(cache.fresh(of('ada'))).toBeDefined();
    cache.keep(of('linus'), profileOf('Linus'));
    expect(cache.stale(of('grace'))).toBeUndefined();
    expect(cache.stale(of('ada'))).toBeDefined();
    expect(cache.stale(of('linus'))).toBeDefined();
  });
});

describe('a copy that was fetched by one token', () => {
  it.each([
    ['the same token', 'fetching', 0, 0, true],
    ['one that is older', 'other', -1, 0, true],
    ['one of the same second', 'other', 0, 0, false],
    ['one of the same second, though it was fetched at its very end', 'other', 0, 999, false],
    ['one of the same second, fetched in the second after', 'other', 0, 1_000, true],
    ['one that is newer', 'other', 1, 0, false],
    ['one that is newer, fetched later than that', 'other', 1, 2_000, true],
  ])('serves %s: %#', (_what, token, seconds, fetchedAfter, serves) => {
    const { cache, clock, asked, second } = createTestCache();
    const issuedAt = second();
    clock.advance(fetchedAfter);
    cache.keep(asked('fetching', { issuedAt }), profileOf('Ada'));
    const shown = cache.fresh({ id: 'ada', token, issuedAt: issuedAt + seconds });
    expect(shown !== undefined).toBe(serves);
  });

  it('serves one that does not tell when it was made', () => {
    const { cache, asked } = createTestCache();
    cache.keep(asked('fetching'), profileOf('Ada'));
    expect(cache.fresh({ id: 'ada', token: 'other', issuedAt: undefined })).toBeDefined();
  });

  it('is stale for any, however new', () => {
    const { cache, clock, asked } = createTestCache();
    cache.keep(asked('fetching'), profileOf('Ada'));
    clock.advance(5_000);
    expect(cache.fresh(asked('other'))).toBeUndefined();
    expect(cache.stale(asked('other'))).toBeDefined();
  });

  it('never shows the user as he was before a token was made, whatever the order of events', () => {
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 1, 300, 999, 1_000, 4_000),
      event: fc.constantFrom('change', 'issue', 'begin', 'end', 'end', 'look', 'look'),
      which: fc.nat(7),
    });
    let looks = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const { cache, clock, asked, second } = createTestCache();
        let version = 0;
        const tokens = [{ token: 'first', issuedAt: second(), knows: version }];
        const calls: { readonly asked: Asked; readonly version: number }[] = [];
        for (const { wait, event, which } of steps) {
          clock.advance(wait);
          const bearer = tokens[which % tokens.length];
          if (!bearer) throw new Error('There always is a token');
          const { token, issuedAt, knows } = bearer;
          if (event === 'change') version += 1;
          if (event === 'issue')
            tokens.push({ token: String(tokens.length), issuedAt: second(), knows: version });
          if (event === 'begin') calls.push({ asked: asked(token, { issuedAt }), version });
          const call = event === 'end' ? calls[which % calls.length] : undefined;
          if (call) cache.keep(call.asked, profileOf(String(call.version)));
          if (event === 'look') {
            const shown = cache.fresh({ id: 'ada', token, issuedAt });
            if (shown) looks += 1;
            expect(Number(shown?.displayName ?? knows)).toBeGreaterThanOrEqual(knows);
          }
        }
      }),
      { numRuns: fuzzRuns(500) },
    );
    expect(looks).toBeGreaterThan(500);
  });
});

describe('what several calls bring', () => {
  it('is what the one that began last has brought, whichever ended last', () => {
    const { cache, clock, asked } = createTestCache();
    const early = asked('early');
    clock.advance(1);
    const late = asked('late');
    cache.keep(late, profileOf('as it is'));
    cache.keep(early, profileOf('as it was'));
    expect(cache.fresh(late)?.displayName).toBe('as it is');
    clock.advance(1);
    cache.keep(asked('later'), profileOf('as it became'));
    expect(cache.stale(late)?.displayName).toBe('as it became');
  });

  it.each([0, 1])('is nothing where one said %i ms after the other began that the user is gone', (apart) => {
    const { cache, clock, asked } = createTestCache();
    const early = asked('early');
    cache.keep(early, profileOf('Ada'));
    clock.advance(apart);
    const late = asked('late');
    cache.drop(late);
    cache.keep(early, profileOf('Ada'));
    for (const asker of [early, late]) {
      expect(cache.fresh(asker)).toBeUndefined();
      expect(cache.stale(asker)).toBeUndefined();
    }
  });

  it('is not dropped by one that began before it', () => {
    const { cache, clock, asked } = createTestCache();
    const early = asked('early');
    clock.advance(1);
    const late = asked('late');
    cache.keep(late, profileOf('Ada'));
    cache.drop(early);
    expect(cache.fresh(late)).toBeDefined();
  });

  it('is a copy again for a user who was gone and is back', () => {
    const { cache, clock, asked } = createTestCache();
    cache.drop(asked());
    clock.advance(1);
    cache.keep(asked(), profileOf('Ada'));
    expect(cache.fresh(asked())).toBeDefined();
  });
});
