import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/core/events.ts';
import { createClock } from '../support/clock.ts';
import { startTestServer } from '../support/test-server.ts';

const PROFILE = '{ me { displayName } }';
const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };

/** A server on a clock that stands still, and users of both kinds. */
async function startVisited(env: Record<string, string>) {
  const clock = createClock();
  const test = await startTestServer({ env: { RATE_LIMIT: 'off', ...env }, clock });
  const { control } = test.emulator;
  const refused: ServerEvent[] = [];
  test.services.events.subscribe((event) => {
    if (event.kind === 'call-refused') refused.push(event);
  });
  const mint = (kind: 'anonymous' | 'ordinary') => {
    const { id } = control.createUser({ kind, displayName: kind });
    return control.mintToken({ userId: id });
  };
  const many = (count: number, kind: 'anonymous' | 'ordinary') =>
    Promise.all(Array.from({ length: count }, () => mint(kind)));
  return Object.assign(test, {
    clock,
    control,
    refused,
    many,
    async show(token: string) {
      const { data, errors } = (await test.ask(PROFILE, { token })).body;
      return errors?.[0]?.extensions ?? data.me.displayName;
    },
  });
}

describe('any number of anonymous users', () => {
  it('hold a quarter of the calls: users who sign in are served meanwhile', async () => {
    await using test = await startVisited({ UPSTREAM_CONCURRENCY: '8' });
    const visitors = await test.many(40, 'anonymous');
    const members = await test.many(6, 'ordinary');
    const gate = test.control.hold('profile');
    const visits = visitors.map((token) => test.show(token));
    await gate.arrived(2);
    await expect.poll(() => test.refused.length, { interval: 1 }).toBe(36);
    const shown = members.map((token) => test.show(token));
    await gate.arrived(8);
    expect(test.services.gauges()).toMatchObject({ callsActive: 8, callsQueued: 2 });
    gate.release();
    expect(await Promise.all(shown)).toEqual(Array(6).fill('ordinary'));
    const visited = await Promise.all(visits);
    expect(visited.filter((name) => name === 'anonymous')).toHaveLength(4);
    expect(visited.filter((error) => error !== 'anonymous')).toEqual(Array(36).fill(UNAVAILABLE));
    expect(test.refused).toEqual(Array(36).fill({ kind: 'call-refused', because: 'anonymous-share' }));
  });

  it('hold a quarter of the cache: stale profiles of others are there in an outage', async () => {
    await using test = await startVisited({ PROFILE_CACHE_MAX: '8' });
    const members = await test.many(6, 'ordinary');
    for (const token of members) expect(await test.show(token)).toBe('ordinary');
    const visitors = await test.many(50, 'anonymous');
    for (const token of visitors) expect(await test.show(token)).toBe('anonymous');
    test.clock.advance(30_000);
    test.control.fail('profile', { kind: 'status', status: 500 });
    for (const token of members) expect(await test.show(token)).toBe('ordinary');
    expect(await test.show(visitors[0] ?? '')).toEqual(UNAVAILABLE);
    const { signedIn, anonymous } = test.services.gauges().cacheBytes;
    expect(signedIn).toBeGreaterThan(6 * 1_000);
    expect(anonymous).toBeLessThan(signedIn / 2);
  });

  it('are one user for the breaker: failed answers to them alone open nothing', async () => {
    await using test = await startVisited({});
    const visitors = await test.many(20, 'anonymous');
    const [member = ''] = await test.many(1, 'ordinary');
    const heal = test.control.fail('profile', { kind: 'status', status: 500 });
    for (const token of visitors) expect(await test.show(token)).toEqual(UNAVAILABLE);
    heal();
    expect(await test.show(member)).toBe('ordinary');
  });
});
