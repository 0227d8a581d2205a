import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCopyCache, type FetchedWith } from '../../../src/provider/cache/copy-cache.ts';
import { DroppedTeams } from '../../../src/provider/cache/dropped-teams.ts';
import { PROFILE } from '../../../src/provider/cache/kinds.ts';
import { createSizedCache } from '../../../src/provider/cache/sized-cache.ts';
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
    clientMetadata: undefined,
    clientReadOnlyMetadata: undefined,
    selectedTeam: undefined,
  };
}

/** A cache, and calls for Ada's profile that begin now, with a token that is issued now. */
function createTestCache({ ttl = 30_000, staleMax = 600_000, max = 10 } = {}) {
  const clock = createClock();
  const cache = createCopyCache({
    kind: PROFILE,
    ttl,
    staleMax,
    cache: createSizedCache({ max, maxBytes: 1_000_000 }),
    clock,
    dropped: new DroppedTeams(),
  });
  const second = () => Math.floor(clock.wall() / SECOND);
  const call = (token = 'token', change: Partial<FetchedWith> = {}): FetchedWith => ({
    id: 'ada',
    token,
    isAnonymous: false,
    issuedAt: second(),
    startedAt: clock.monotonic(),
    startedAtWall: clock.wall(),
    ...change,
  });
  return { cache, clock, call, second };
}

describe('a cached profile', () => {
  it('is fresh for as long as the TTL and not a millisecond longer', () => {
    const { cache, clock, call } = createTestCache({ ttl: 30_000 });
    const mine = call();
    const profile = profileOf('Ada');
    cache.store(mine, profile);
    clock.advance(29_999);
    expect(cache.fresh(mine)).toBe(profile);
    clock.advance(1);
    expect(cache.fresh(mine)).toBeUndefined();
  });

  it.each([-3_600_000, 3_600_000])('ages as before though the wall clock steps by %i ms', (step) => {
    const { cache, clock, call } = createTestCache({ ttl: 30_000, staleMax: 60_000 });
    const mine = call();
    cache.store(mine, profileOf('Ada'));
    clock.stepWall(step);
    clock.advance(29_999);
    expect(cache.fresh(mine)).toBeDefined();
    clock.advance(1);
    expect(cache.fresh(mine)).toBeUndefined();
    clock.advance(30_000);
    expect(cache.stale(mine)).toBeDefined();
    clock.advance(1);
    expect(cache.stale(mine)).toBeUndefined();
  });

  it('ages from when the call began, not from when it ended', () => {
    const { cache, clock, call } = createTestCache({ ttl: 30_000 });
    const mine = call();
    clock.advance(30_000);
    cache.store(mine, profileOf('Ada'));
    expect(cache.fresh(mine)).toBeUndefined();
    expect(cache.stale(mine)).toBeDefined();
  });

  it('is stale up to the stale maximum and not a millisecond longer', () => {
    const { cache, clock, call } = createTestCache({ staleMax: 600_000 });
    const mine = call();
    const profile = profileOf('Ada');
    cache.store(mine, profile);
    clock.advance(600_000);
    expect(cache.stale(mine)).toBe(profile);
    clock.advance(1);
    expect(cache.stale(mine)).toBeUndefined();
  });

  it('is served to its own user only', () => {
    const { cache, call } = createTestCache();
    cache.store(call(), profileOf('Ada'));
    for (const id of ['grace', 'ad', 'ada ', 'ADA', '']) {
      expect(cache.fresh(call('token', { id }))).toBeUndefined();
      expect(cache.stale(call('token', { id }))).toBeUndefined();
    }
  });

  it('is not stored where the TTL is 0', () => {
    const { cache, call } = createTestCache({ ttl: 0 });
    cache.store(call(), profileOf('Ada'));
    expect(cache.fresh(call())).toBeUndefined();
    expect(cache.stale(call())).toBeUndefined();
  });

  it('is dropped when there are too many, the least recently used first', () => {
    const { cache, call } = createTestCache({ max: 3 }); // One of them for anonymous users.
    const of = (id: string) => call('token', { id });
    cache.store(of('ada'), profileOf('Ada'));
    cache.store(of('grace'), profileOf('Grace'));
    expect(cache.fresh(of('ada'))).toBeDefined();
    cache.store(of('linus'), profileOf('Linus'));
    expect(cache.stale(of('grace'))).toBeUndefined();
    expect(cache.stale(of('ada'))).toBeDefined();
    expect(cache.stale(of('linus'))).toBeDefined();
  });
});

describe('the profiles of anonymous users', () => {
  it('evict each other, and never those of signed-in users, however many they are', () => {
    const { cache, call } = createTestCache({ max: 8 });
    const known = ['ada', 'grace', 'linus', 'edsger', 'barbara', 'alan'].map((id) => call('token', { id }));
    for (const each of known) cache.store(each, profileOf(each.id));
    const visitors = Array.from({ length: 1_000 }, (_, index) =>
      call('token', { id: `visitor ${index}`, isAnonymous: true }),
    );
    for (const each of visitors) cache.store(each, profileOf(each.id));
    for (const each of known) expect(cache.stale(each)).toBeDefined();
    expect(visitors.filter((each) => cache.stale(each))).toEqual(visitors.slice(-2));
  });

  it('are theirs when they sign up, and gone when they are deleted', () => {
    const { cache, clock, call } = createTestCache();
    const visitor = call('visitor', { isAnonymous: true });
    cache.store(visitor, profileOf('visitor'));
    clock.advance(1);
    const member = call('member');
    cache.store(member, profileOf('member'));
    for (const each of [visitor, member]) expect(cache.stale(each)?.displayName).toBe('member');
    clock.advance(1);
    cache.drop(call('visitor', { isAnonymous: true }));
    cache.store(member, profileOf('member'));
    for (const each of [visitor, member]) expect(cache.stale(each)).toBeUndefined();
  });
});

describe('a profile that was fetched with one token', () => {
  it.each([
    ['the same token', 'fetching', 0, 0, true],
    ['an older one', 'other', -1, 0, true],
    ['one of the same second', 'other', 0, 0, false],
    ['one of the same second, where the call began at its very end', 'other', 0, 999, false],
    ['one of the same second, where the call began in the second after', 'other', 0, 1_000, true],
    ['a newer one', 'other', 1, 0, false],
    ['a newer one, where the call began later than that', 'other', 1, 2_000, true],
  ])('is served to %s, or not: %#', (_what, token, seconds, fetchedAfter, serves) => {
    const { cache, clock, call, second } = createTestCache();
    const issuedAt = second();
    clock.advance(fetchedAfter);
    cache.store(call('fetching', { issuedAt }), profileOf('Ada'));
    const shown = cache.fresh({ id: 'ada', token, issuedAt: issuedAt + seconds });
    expect(shown !== undefined).toBe(serves);
  });

  it('is served to a token without iat', () => {
    const { cache, call } = createTestCache();
    cache.store(call('fetching'), profileOf('Ada'));
    expect(cache.fresh({ id: 'ada', token: 'other', issuedAt: undefined })).toBeDefined();
  });

  it('is stale for every token, however new', () => {
    const { cache, clock, call } = createTestCache();
    cache.store(call('fetching'), profileOf('Ada'));
    clock.advance(5_000);
    expect(cache.fresh(call('other'))).toBeUndefined();
    expect(cache.stale(call('other'))).toBeDefined();
  });

  it('never shows a user as of before the token was issued, in any order of events', () => {
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 1, 300, 999, 1_000, 4_000),
      event: fc.constantFrom('change', 'issue', 'begin', 'end', 'end', 'look', 'look'),
      which: fc.nat(7),
    });
    let looks = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const { cache, clock, call, second } = createTestCache();
        let version = 0;
        const tokens = [{ token: 'first', issuedAt: second(), knows: version }];
        const calls: { readonly started: FetchedWith; readonly version: number }[] = [];
        for (const { wait, event, which } of steps) {
          clock.advance(wait);
          const bearer = tokens[which % tokens.length];
          if (!bearer) throw new Error('There is always a token');
          const { token, issuedAt, knows } = bearer;
          if (event === 'change') version += 1;
          if (event === 'issue')
            tokens.push({ token: String(tokens.length), issuedAt: second(), knows: version });
          if (event === 'begin') calls.push({ started: call(token, { issuedAt }), version });
          const ended = event === 'end' ? calls[which % calls.length] : undefined;
          if (ended) cache.store(ended.started, profileOf(String(ended.version)));
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

describe('the results of several calls', () => {
  it('are that of the call that began last, whichever ended last', () => {
    const { cache, clock, call } = createTestCache();
    const early = call('early');
    clock.advance(1);
    const late = call('late');
    cache.store(late, profileOf('as it is'));
    cache.store(early, profileOf('as it was'));
    expect(cache.fresh(late)?.displayName).toBe('as it is');
    clock.advance(1);
    cache.store(call('later'), profileOf('as it became'));
    expect(cache.stale(late)?.displayName).toBe('as it became');
  });

  it.each([0, 1])('are none where a call that began %i ms later found the user deleted', (apart) => {
    const { cache, clock, call } = createTestCache();
    const early = call('early');
    cache.store(early, profileOf('Ada'));
    clock.advance(apart);
    const late = call('late');
    cache.drop(late);
    cache.store(early, profileOf('Ada'));
    for (const asker of [early, late]) {
      expect(cache.fresh(asker)).toBeUndefined();
      expect(cache.stale(asker)).toBeUndefined();
    }
  });

  it('are not dropped by a call that began earlier', () => {
    const { cache, clock, call } = createTestCache();
    const early = call('early');
    clock.advance(1);
    const late = call('late');
    cache.store(late, profileOf('Ada'));
    cache.drop(early);
    expect(cache.fresh(late)).toBeDefined();
  });

  it('are stored again for a user who exists again', () => {
    const { cache, clock, call } = createTestCache();
    cache.drop(call());
    clock.advance(1);
    cache.store(call(), profileOf('Ada'));
    expect(cache.fresh(call())).toBeDefined();
  });
});
