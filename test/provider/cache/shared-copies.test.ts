import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readVersion } from '../../../src/core/version.ts';
import {
  CONTACT_CHANNELS,
  MEMBER_PROFILE,
  MEMBERS,
  NOTIFICATION_PREFERENCES,
  PROFILE,
  PROJECT_PERMISSIONS,
  PUBLIC_PROFILE,
  TEAM_PERMISSIONS,
  TEAMS,
  type UserKind,
} from '../../../src/provider/cache/kinds.ts';
import type { CallerRequest } from '../../../src/provider/send.ts';
import { RequestReads } from '../../../src/request/request-reads.ts';
import { idOf } from '../../support/ask-provider.ts';
import { type CopyReplica, startCopyReplicas } from '../../support/copy-replicas.ts';
import { findLeaks } from '../../support/leaks.ts';
import {
  describeOwnRedis,
  describeRedis,
  openRedis,
  startRedis,
  type TestRedis,
} from '../../support/redis.ts';

const OF_USER: readonly UserKind<unknown>[] = [
  PROFILE,
  TEAMS,
  TEAM_PERMISSIONS,
  PROJECT_PERMISSIONS,
  CONTACT_CHANNELS,
  NOTIFICATION_PREFERENCES,
];

/** A replica that has stored Ada's profile, another one, and Ada's request. */
async function startTwo(redis: TestRedis) {
  const test = await startCopyReplicas(redis);
  const [one, other] = [await test.start(), await test.start()];
  const ada = await test.requestOf('ada');
  return Object.assign(test, {
    one,
    other,
    ada,
    /** Where `other` has the profile from: the store, or a call. */
    async from(request: CallerRequest = ada): Promise<unknown> {
      test.calls();
      await other.fetchProfile(request);
      return test.calls() === 0 ? 'redis' : 'call';
    },
    async store(): Promise<void> {
      await one.fetchProfile(ada);
      await test.stored(1);
    },
  });
}

describeRedis('a copy that another replica fetched', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('is served, of every kind', async () => {
    await using test = await startCopyReplicas(redis);
    const [one, other] = [await test.start(), await test.start()];
    const ada = await test.requestOf('ada');
    const graceId = idOf(test.emulator.people.grace);
    const teams = [idOf(test.emulator.teams.navy), idOf(test.emulator.teams.engines)];
    const readAll = ({ reads }: CopyReplica) =>
      Promise.all([
        ...OF_USER.map((kind) => reads.fetch(kind, ada)),
        ...teams.map((team) => reads.fetchOfTeam(MEMBERS, ada, team)),
        ...teams.map((team) => reads.fetchOfTeam(MEMBER_PROFILE, ada, team)),
        reads.fetchAbout(PUBLIC_PROFILE, ada, graceId),
      ]);
    const fetched = await readAll(one);
    expect(fetched.map(({ kind }) => kind)).toEqual(Array(11).fill('ok'));
    await test.stored(11);
    test.calls();
    expect(await readAll(other)).toEqual(fetched.map((outcome) => ({ ...outcome, isCopy: true })));
    expect(test.calls()).toBe(0);
    expect(other.sources()).toEqual(Array(11).fill('redis'));
    // From then on it is in the first layer.
    expect(OF_USER.map((kind) => other.reads.fresh(kind, ada))).not.toContain(undefined);
  });

  it('is as old as its fetch, and never served beyond the TTL', async () => {
    await using test = await startTwo(redis);
    await test.store();
    await test.age(28_000);
    expect(await test.from()).toBe('redis');
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeDefined();
    test.clock.advance(2_001);
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeUndefined();
    await test.age(2_000);
    expect(await test.from()).toBe('call');
  });

  it('is judged by the TTL of the replica that reads it', async () => {
    await using test = await startTwo(redis);
    const patient = await test.start({ ttl: 3_600 });
    await patient.fetchProfile(test.ada);
    await test.stored(1);
    await test.age(31_000);
    expect(await test.from()).toBe('call');
  });

  it('expires in Redis as well, a TTL after its fetch began', async () => {
    await using test = await startTwo(redis);
    await test.store();
    const [key] = await test.keys('copy:*');
    const left = Number(await redis.command('PTTL', `sag:${test.projectId}:${key}`));
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(30_000);
  });

  it('is not of the future', async () => {
    await using test = await startTwo(redis);
    await test.store();
    await test.age(-10_000);
    expect(await test.from()).toBe('call');
  });

  it.each([
    ['as old as both numbers', 0, 0, 'call'],
    ['older than the fetch', 1, -100, 'redis'],
    ['older than the token of the fetch', -100, 1, 'redis'],
    ['younger than both', -1, -1, 'call'],
  ])('serves or refuses a token that is %s', async (_what, startedAfter, issuedAfter, from) => {
    await using test = await startTwo(redis);
    await test.store();
    const issuedAt = test.ada.issuedAt ?? 0;
    const [key = ''] = await test.keys('copy:*');
    await test.rewrite(key, (text) =>
      text
        .replace(/"startedAt":\d+/, `"startedAt":${issuedAt + startedAfter}`)
        .replace(/"issuedAt":\d+/, `"issuedAt":${issuedAt + issuedAfter}`),
    );
    expect(await test.from()).toBe(from);
  });

  it('is of the second before the answer, less the duration of the call', async () => {
    await using test = await startTwo(redis);
    const gate = test.emulator.control.hold('all');
    const call = test.one.fetchProfile(test.ada);
    await gate.arrived(1);
    test.clock.advance(10_000);
    const from = Math.floor(Date.now() / 1000) - 11;
    gate.release();
    await call;
    await test.stored(1);
    const [key = ''] = await test.keys('copy:*');
    const text = String(await redis.command('GET', `sag:${test.projectId}:${key}`));
    const startedAt = Number(/"startedAt":(\d+)/.exec(text)?.[1]);
    expect(startedAt).toBeGreaterThanOrEqual(from - 1);
    expect(startedAt).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) - 11);
  });

  it('has no token, secret or hash of one, nor what the provider tells servers alone', async () => {
    await using test = await startTwo(redis);
    test.emulator.control.updateUser(test.ada.id, { serverMetadata: { note: 'for servers only' } });
    for (const kind of OF_USER) await test.one.reads.fetch(kind, test.ada);
    await test.stored(OF_USER.length);
    let all = '';
    for (const key of await test.keys())
      all += `${key} ${await redis.command('GET', `sag:${test.projectId}:${key}`)}\n`;
    const hashes = (['md5', 'sha1', 'sha256'] as const).flatMap((name) =>
      (['hex', 'base64url'] as const).map((form) => createHash(name).update(test.ada.token).digest(form)),
    );
    const words = [test.emulator.secretServerKey, 'for servers only', ...hashes];
    expect(findLeaks(all, { words, tokens: [test.ada.token] })).toEqual([]);
    expect(all).toContain('Ada');
  });

  it('belongs to a version, and its generations to none', async () => {
    await using test = await startTwo(redis);
    await test.store();
    const version = readVersion();
    expect(await test.keys()).toEqual([
      `copy:${version}:profile:${test.ada.id}`,
      'generation:all',
      'generation:teams',
      `generation:user:${test.ada.id}`,
    ]);
    await redis.command(
      'RENAME',
      `sag:${test.projectId}:copy:${version}:profile:${test.ada.id}`,
      `sag:${test.projectId}:copy:0.0.0:profile:${test.ada.id}`,
    );
    expect(await test.from()).toBe('call');
  });

  it.each([
    ['is no JSON', (text: string) => text.slice(0, -1)],
    ['has another shape', (text: string) => text.replace('"emailVerified":true', '"emailVerified":"yes"')],
    ['is of another user', (text: string) => text.replace(/"userId":"[^"]+"/, '"userId":"someone else"')],
    ['is of a team', (text: string) => text.replace('"teamId":null', '"teamId":"navy"')],
  ])('is not served where it %s, but counted and replaced', async (_what, change) => {
    await using test = await startTwo(redis);
    await test.store();
    const [key = ''] = await test.keys('copy:*');
    await test.rewrite(key, change);
    expect(await test.from()).toBe('call');
    const unreadable = test.other.events.filter(({ kind }) => kind === 'redis-unreadable');
    expect(unreadable).toEqual([{ kind: 'redis-unreadable', what: 'copy' }]);
    const third = await test.start();
    await third.fetchProfile(test.ada);
    expect(third.sources()).toEqual(['redis']);
  });

  it('is not stored where it is large', async () => {
    await using test = await startTwo(redis);
    test.emulator.control.updateUser(test.ada.id, {
      profileImageUrl: `data:${'x'.repeat(139_000)}`,
      clientMetadata: { text: 'x'.repeat(65_000) },
      clientReadOnlyMetadata: { text: 'x'.repeat(65_000) },
    });
    expect(await test.one.fetchProfile(test.ada)).toMatchObject({ kind: 'ok' });
    await test.one.reads.fetch(CONTACT_CHANNELS, test.ada);
    await test.stored(1);
    expect((await test.keys('copy:*'))[0]).toContain('contact-channels');
  });

  it('is neither stored nor read with a TTL of 0', async () => {
    await using test = await startTwo(redis);
    await test.store();
    const uncached = await test.start({ ttl: 0 });
    await uncached.fetchProfile(test.ada);
    await uncached.fetchProfile(test.ada);
    expect(uncached.sources()).toEqual(['call', 'call']);
    expect(uncached.events.filter(({ kind }) => kind === 'redis-command')).toEqual([]);
  });

  it('is of no use while the provider fails once it is older than the TTL', async () => {
    await using test = await startTwo(redis);
    await test.store();
    await test.age(31_000);
    test.emulator.control.fail('all', { kind: 'status', status: 500 });
    expect((await test.other.fetchProfile(test.ada)).kind).toBe('unavailable');
    test.clock.advance(31_000);
    expect((await test.one.fetchProfile(test.ada)).kind).toBe('ok');
    expect(test.one.sources().at(-1)).toBe('stale');
  });

  it('is one of an anonymous user as well, in the share of such users', async () => {
    await using test = await startTwo(redis);
    const guest = await test.requestOf('guest');
    await test.one.fetchProfile(guest);
    await test.stored(1);
    expect(await test.from(guest)).toBe('redis');
    expect(test.other.cache.bytes()).toMatchObject({ signedIn: 0 });
    expect(test.other.cache.bytes().anonymous).toBeGreaterThan(0);
  });

  it('does not decide what a scope refuses: the provider is asked then', async () => {
    await using test = await startTwo(redis);
    await test.one.reads.fetch(PROJECT_PERMISSIONS, test.ada);
    await test.stored(1);
    await test.rewrite((await test.keys('copy:*'))[0] ?? '', (text) =>
      text.replace(/"value":.*]/, '"value":[]'),
    );
    await test.age(5_001);
    test.calls();
    const provider = test.other.provider.forRequest({ caller: test.ada });
    const reads = new RequestReads({ reads: test.other.reads, provider, request: test.ada });
    expect(await reads.has(PROJECT_PERMISSIONS, (permissions) => permissions.includes('staff'))).toBe(true);
    expect(test.calls()).toBe(1);
    expect(test.other.sources()).toEqual(['redis', 'call']);
    // What the provider said is stored: it is the newer fetch.
    const third = await test.start();
    expect(await third.reads.fetch(PROJECT_PERMISSIONS, test.ada)).toMatchObject({
      value: ['beta', 'staff'],
    });
    expect(third.sources()).toEqual(['redis']);
  });

  it('is not replaced by an older fetch', async () => {
    await using test = await startTwo(redis);
    await test.store();
    const [key = ''] = await test.keys('copy:*');
    await test.age(-20_000);
    const text = () => redis.command('GET', `sag:${test.projectId}:${key}`);
    const before = await text();
    await test.other.fetchProfile(test.ada);
    expect(test.other.sources()).toEqual(['call']);
    // Commands of one connection are executed in order.
    await test.other.reads.fetch(TEAMS, test.ada);
    await test.stored(2);
    expect(await text()).toBe(before);
  });
});

describeOwnRedis('a read of Redis that is running', () => {
  it('is joined by requests that its copy serves, and by no other', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    const older = await test.requestOf('ada', { issuedAgo: 20_000 });
    const newer = await test.requestOf('ada', { issuedAgo: 5_000 });
    await test.store();
    const [key = ''] = await test.keys('copy:*');
    // It was fetched between the two tokens.
    const between = (newer.issuedAt ?? 0) - 5;
    await test.rewrite(key, (text) =>
      text.replace(/"startedAt":\d+/, `"startedAt":${between}`).replace(/"issuedAt":\d+/, '"issuedAt":0'),
    );
    test.calls();
    redis.pause();
    const reads = [older, older, newer, newer].map((request) => test.other.fetchProfile(request));
    redis.resume();
    expect((await Promise.all(reads)).map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(test.calls()).toBe(1);
    expect(test.other.sources()).toEqual(['shared', 'shared', 'shared', 'redis', 'call']);
  });

  it('is no answer to a recheck that joins it, where its copy is old', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.stored(1);
    await test.age(5_001);
    test.calls();
    redis.pause();
    const read = test.other.reads.fetch(TEAMS, test.ada);
    const again = test.other.reads.recheck(TEAMS, test.ada);
    redis.resume();
    expect(await read).toMatchObject({ kind: 'ok', isCopy: true });
    expect(await again).not.toHaveProperty('isCopy');
    expect(test.calls()).toBe(1);
  });

  it('is detached by a drop: what it finds is not kept', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await test.store();
    redis.pause();
    const read = test.other.fetchProfile(test.ada);
    test.other.reads.copies.drop({ kind: 'user', userId: test.ada.id }, 'here');
    redis.resume();
    await read;
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeUndefined();
  });

  it('takes 50 ms at most, and none where the first layer has a copy', async () => {
    await using redis = await startRedis();
    await using test = await startCopyReplicas(redis);
    const one = await test.start({ connection: { commandTimeout: 50 } });
    const ada = await test.requestOf('ada');
    await one.fetchProfile(ada);
    redis.pause();
    expect(one.reads.fresh(PROFILE, ada)).toBeDefined();
    for (const kind of OF_USER) expect((await one.reads.fetch(kind, ada)).kind).toBe('ok');
    expect(one.store.state).toBe('slow');
    expect(one.sources().filter((source) => source === 'call')).toHaveLength(OF_USER.length);
    redis.resume();
  });

  it('finds nothing where Redis is full or empty, and the provider is asked', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await redis.limitMemory(1);
    expect(await test.from()).toBe('call');
    // It refuses to store, and not to read.
    const reads = test.other.events.filter((event) => 'command' in event && event.command === 'read-copy');
    expect(reads).toMatchObject([{ outcome: 'ok' }]);
    await redis.limitMemory(0);
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.stored(1);
    await redis.flush();
    await test.other.reads.fetch(TEAMS, test.ada);
    expect(test.other.sources()).toEqual(['call', 'call']);
    await test.stored(1);
  });
});
