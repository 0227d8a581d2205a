import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import { PUBLIC_PROFILE } from '../../src/provider/cache/kinds.ts';
import { createPublicProfileLoader } from '../../src/provider/public-profile-loader.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import { listSessions } from '../../src/provider/sessions.ts';
import { idOf } from '../support/ask-provider.ts';
import { startTestProfiles, type TestProfilesOptions } from '../support/test-profiles.ts';

/** Loaders of requests, and the calls for users so far. */
async function start(options?: TestProfilesOptions) {
  const test = await startTestProfiles({ active: 64, queued: 64, ...options });
  const { control, people } = test.emulator;
  return Object.assign(test, {
    control,
    people,
    calls: () => control.calls().user,
    /** The loader of a new request, with a budget of its own. */
    async loaderOf(name: keyof typeof people, change: Partial<CallerRequest> = {}) {
      const caller = await test.requestOf(people[name].id);
      const { budget } = test.provider.forRequest({ caller });
      return createPublicProfileLoader(test.reads, { budget, ...caller, ...change });
    },
  });
}

const GRACE = { displayName: 'Grace Hopper', profileImageUrl: 'https://images.example.test/grace.png' };

describe('the loader of public profiles', () => {
  it('yields name and image of a user, and nothing else that servers are told', async () => {
    await using test = await start();
    const { id } = test.people.grace;
    expect(await (await test.loaderOf('ada')).load(id)).toStrictEqual({ id, ...GRACE });
  });

  it('calls once for all who wait and see, whoever asks, until the copy is old', async () => {
    await using test = await start();
    const { id } = test.people.grace;
    const loaders = [await test.loaderOf('ada'), await test.loaderOf('linus'), await test.loaderOf('ada')];
    const loads = loaders.flatMap((loader) => [loader.load(id), loader.load(id.toUpperCase())]);
    expect(new Set((await Promise.all(loads)).map((profile) => profile?.displayName)).size).toBe(1);
    expect(test.calls()).toBe(1);
    test.control.updateUser(id, { displayName: 'Admiral' });
    test.clock.advance(29_999);
    expect(await (await test.loaderOf('radia')).load(id)).toMatchObject(GRACE);
    test.clock.advance(1);
    expect(await (await test.loaderOf('radia')).load(id)).toMatchObject({ displayName: 'Admiral' });
    expect(test.calls()).toBe(2);
  });

  it.each(['linus', 'guest'] as const)('does not wait behind the queued calls of %s', async (name) => {
    // One user has one slot of four, and so have all anonymous users together.
    await using test = await start({ active: 4 });
    const { id } = test.people.grace;
    const gate = test.control.hold('sessions');
    const caller = await test.requestOf(test.people[name].id);
    const held = test.provider.forRequest({ caller }).call(listSessions);
    await gate.arrived(1);
    const queued = (await test.loaderOf(name)).load(id);
    const same = (await test.loaderOf(name)).load(id);
    expect(await (await test.loaderOf('ada')).load(id)).toMatchObject(GRACE);
    expect(test.calls()).toBe(1);
    gate.release();
    await held;
    expect(await Promise.all([queued, same])).toMatchObject([GRACE, GRACE]);
    expect(test.calls()).toBe(2);
  });

  it('yields null for what is no id, without a call', async () => {
    await using test = await start();
    const loader = await test.loaderOf('ada');
    for (const id of ['', 'me', '..', '../users/me', `${test.people.grace.id}/x`, 'x'.repeat(10_000)])
      expect(await loader.load(id)).toBeNull();
    expect(test.control.calls().total).toBe(0);
  });

  it('yields null for an unknown and for a deleted user, and remembers it', async () => {
    await using test = await start();
    test.control.deleteUser(test.people.grace.id);
    for (const id of [test.people.grace.id, '00000000-0000-4000-8000-000000000000'])
      for (const name of ['ada', 'linus'] as const)
        expect(await (await test.loaderOf(name)).load(id)).toBeNull();
    expect(test.calls()).toBe(2);
    test.clock.advance(30_000);
    expect(await (await test.loaderOf('ada')).load(test.people.grace.id)).toBeNull();
    expect(test.calls()).toBe(3);
  });

  it.each(['radia', 'mallory', 'guest', 'linus'] as const)('shows users of every kind: %s', async (name) => {
    await using test = await start();
    const { id, displayName } = test.people[name];
    const profile = await (await test.loaderOf('ada')).load(id);
    expect(profile).toStrictEqual({ id, displayName: displayName ?? undefined, profileImageUrl: undefined });
  });

  it('does not send the token: every caller gets the same answer', async () => {
    await using test = await start({ ttl: 0 });
    const { id } = test.people.grace;
    for (const name of ['ada', 'radia', 'guest'] as const) {
      const loader = await test.loaderOf(name, { token: 'refused by the provider', isAnonymous: false });
      expect(await loader.load(id)).toMatchObject(GRACE);
    }
    const deleted = await test.loaderOf('linus');
    test.control.deleteUser(test.people.linus.id);
    expect(await deleted.load(id)).toMatchObject(GRACE);
    expect(test.calls()).toBe(4);
  });

  it('counts each call for the request, and makes no more than it may', async () => {
    await using test = await start({ maxCalls: 5 });
    const users = Array.from({ length: 8 }, (_, index) =>
      test.control.createUser({ displayName: `${index}` }),
    );
    let counted = 0;
    const onCall = () => {
      counted += 1;
    };
    const loads = await (await test.loaderOf('ada', { onCall })).loadMany(users.map(({ id }) => id));
    expect(loads.slice(0, 5)).toMatchObject(users.slice(0, 5).map(({ displayName }) => ({ displayName })));
    for (const refused of loads.slice(5))
      expect(refused).toMatchObject({ code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' });
    expect([counted, test.calls()]).toEqual([5, 5]);
    // What is cached needs no call.
    const again = await (await test.loaderOf('ada', { onCall })).loadMany(users.map(({ id }) => id));
    expect(again.every((profile) => !(profile instanceof Error))).toBe(true);
    expect(counted).toBe(8);
  });

  it('is bounded: the least recently used is dropped, and anonymous visitors drop only their own', async () => {
    await using test = await start({ max: 8 });
    const ids = Array.from({ length: 20 }, () => test.control.createUser().id);
    await (await test.loaderOf('ada')).load(test.people.grace.id);
    const guest = await test.loaderOf('guest');
    for (const id of ids) await guest.load(id);
    await (await test.loaderOf('linus')).load(test.people.grace.id);
    expect(test.calls()).toBe(21);
    await (await test.loaderOf('ada')).loadMany(ids);
    await (await test.loaderOf('linus')).load(test.people.grace.id);
    expect(test.calls()).toBeGreaterThan(38);
  });

  it('does not hold trouble with a user against that user', async () => {
    await using test = await start();
    const { id } = test.people.grace;
    test.control.fail('user', { kind: 'status', status: 500 });
    for (let time = 0; time < 10; time += 1) await (await test.loaderOf('ada')).load(id).catch(() => {});
    expect((await test.fetchProfile(await test.requestOf(id))).kind).toBe('ok');
  });
});

describe('copies of public profiles', () => {
  it.each<[string, (test: Awaited<ReturnType<typeof start>>) => void]>([
    [
      'changes the name',
      ({ reads, people }) =>
        reads.copies.mergeProfile(people.grace.id, { displayName: 'Admiral' }, undefined),
    ],
    [
      'changes the profile in a way that is not known',
      ({ reads, people }) =>
        reads.copies.drop({ kind: 'user', userId: people.grace.id, copies: ['profile'] }, 'here'),
    ],
    [
      'is deleted, or signs out',
      ({ reads, people }) => reads.copies.drop({ kind: 'user', userId: people.grace.id }, 'here'),
    ],
  ])('are dropped when their user %s, and no earlier call brings them back', async (_what, change) => {
    await using test = await start();
    const { id } = test.people.grace;
    await (await test.loaderOf('ada')).load(id);
    test.control.updateUser(id, { displayName: 'Admiral' });
    change(test);
    expect(await (await test.loaderOf('linus')).load(id)).toMatchObject({ displayName: 'Admiral' });
    const gate = test.control.hold('user');
    test.clock.advance(30_000);
    const early = (await test.loaderOf('ada')).load(id);
    await gate.arrived(1);
    test.control.updateUser(id, { displayName: 'Rear Admiral' });
    change(test);
    gate.release();
    expect(await early).toMatchObject({ displayName: 'Admiral' });
    expect(await (await test.loaderOf('linus')).load(id)).toMatchObject({ displayName: 'Rear Admiral' });
  });

  it('outlive a change of another user, and of something else', async () => {
    await using test = await start();
    await (await test.loaderOf('ada')).load(test.people.grace.id);
    test.reads.copies.drop({ kind: 'user', userId: test.people.ada.id }, 'here');
    test.reads.copies.drop({ kind: 'user', userId: test.people.grace.id, copies: ['teams'] }, 'here');
    await (await test.loaderOf('ada')).load(test.people.grace.id);
    expect(test.calls()).toBe(1);
  });

  it('are no copies of profiles: the user itself is asked for', async () => {
    await using test = await start();
    const ada = await test.requestOf(test.people.ada.id);
    await test.reads.fetchAbout(PUBLIC_PROFILE, ada, idOf(test.people.ada));
    expect(await test.fetchProfile(ada)).toMatchObject({ value: { email: 'ada@example.test' } });
    expect(test.control.calls()).toMatchObject({ user: 1, profile: 1 });
  });
});

const known = (status: number, error: string): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-stack-known-error': error, 'content-type': 'application/json' },
  body: JSON.stringify({ code: error, error: 'The words of the provider' }),
});

describe('while the provider fails for users', () => {
  const UNAVAILABLE = 'UPSTREAM_UNAVAILABLE';
  it.each<[string, Fault, string, boolean]>([
    ['500', { kind: 'status', status: 500 }, UNAVAILABLE, true],
    ['503', { kind: 'status', status: 503 }, UNAVAILABLE, true],
    [
      "a gateway's 404",
      { kind: 'status', status: 404, headers: { 'content-type': 'text/html' } },
      UNAVAILABLE,
      true,
    ],
    ['a reset', { kind: 'reset' }, UNAVAILABLE, true],
    ['garbage', { kind: 'garbage' }, UNAVAILABLE, true],
    ['another shape', { kind: 'body', body: '{"id":1}' }, UNAVAILABLE, true],
    [
      'another user',
      { kind: 'otherUser', userId: '00000000-0000-4000-8000-000000000000' },
      UNAVAILABLE,
      true,
    ],
    ['a refusal of our key', known(401, 'INVALID_SECRET_SERVER_KEY'), 'INTERNAL_SERVER_ERROR', false],
    ['a user it misses', known(400, 'CANNOT_GET_OWN_USER_WITHOUT_USER'), 'INTERNAL_SERVER_ERROR', false],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 'UPSTREAM_RATE_LIMITED', true],
  ])('with %s: its error and never null, or a stale copy', async (_what, fault, code, isStaleServed) => {
    await using test = await start({ staleMax: 60_000 });
    const { ada, grace } = test.people;
    await (await test.loaderOf('linus')).load(grace.id);
    test.clock.advance(30_000);
    test.control.fail('user', fault);
    const loader = await test.loaderOf('linus');
    if (isStaleServed) expect(await loader.load(grace.id)).toMatchObject(GRACE);
    else await expect(loader.load(grace.id)).rejects.toMatchObject({ code });
    test.clock.advance(4_000);
    await expect((await test.loaderOf('radia')).load(ada.id)).rejects.toMatchObject({ code });
    test.clock.advance(26_001);
    await expect((await test.loaderOf('mallory')).load(grace.id)).rejects.toMatchObject({ code });
  });
});
