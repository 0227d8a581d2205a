import { afterAll, beforeAll, expect, it } from 'vitest';
import { EvictionChannel } from '../../../src/provider/cache/eviction-channel.ts';
import type { ChangeSource, IdentityChange } from '../../../src/provider/cache/identity-change.ts';
import {
  CONTACT_CHANNELS,
  PROFILE,
  PROJECT_PERMISSIONS,
  TEAM_PERMISSIONS,
  TEAMS,
} from '../../../src/provider/cache/kinds.ts';
import { SecondLayer } from '../../../src/provider/cache/second-layer.ts';
import { idOf } from '../../support/ask-provider.ts';
import { type CopyReplica, type CopyReplicas, startCopyReplicas } from '../../support/copy-replicas.ts';
import {
  describeOwnRedis,
  describeRedis,
  openRedis,
  startRedis,
  type TestRedis,
} from '../../support/redis.ts';
import { until } from '../../support/until.ts';

/** Two replicas, and Ada's request. */
async function startTwo(redis: TestRedis) {
  const test = await startCopyReplicas(redis);
  const [one, other] = [await test.start(), await test.start()];
  const ada = await test.requestOf('ada');
  const ofAda: IdentityChange = { kind: 'user', userId: ada.id };
  const key = (name: string) => `sag:${test.projectId}:${name}`;
  return Object.assign(test, {
    one,
    other,
    ada,
    ofAda,
    /** Lets both have Ada's profile in their first layer and in Redis. */
    async fill() {
      await one.fetchProfile(ada);
      await test.stored(1);
      await other.fetchProfile(ada);
      test.calls();
    },
    endGeneration: (name: string) => redis.command('DEL', key(`generation:${name}`)),
    /** Where a replica that has just started has Ada's profile from. */
    async fromStart(): Promise<unknown> {
      const started = await test.start();
      await started.fetchProfile(ada);
      return started.sources()[0];
    },
  });
}

/** Changes, with what another replica is told of them, and whether copies of Ada's profile, and of her teams, survive in Redis. */
const CHANGES = [
  {
    what: 'a user',
    change: (id: string): IdentityChange => ({ kind: 'user', userId: id }),
    profile: 'call',
    teams: 'call',
  },
  {
    what: 'some kinds of a user',
    change: (id: string): IdentityChange => ({ kind: 'user', userId: id, copies: ['teams'] }),
    profile: 'call',
    teams: 'call',
  },
  {
    what: 'a membership',
    change: (userId: string, teamId: string): IdentityChange => ({ kind: 'membership', userId, teamId }),
    profile: 'call',
    teams: 'call',
  },
  {
    what: 'a team',
    change: (_id: string, teamId: string): IdentityChange => ({ kind: 'team', teamId }),
    // Ada has no team selected.
    profile: 'redis',
    teams: 'call',
  },
  { what: 'everything', change: (): IdentityChange => ({ kind: 'all' }), profile: 'call', teams: 'call' },
] as const;

describeRedis('a change', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it.each(CHANGES)(
    'of $what reaches Redis and the other replicas',
    async ({ change: changeOf, profile, teams }) => {
      await using test = await startTwo(redis);
      for (const kind of [PROFILE, TEAMS] as const) {
        await test.one.reads.fetch<unknown>(kind, test.ada);
        await test.other.reads.fetch<unknown>(kind, test.ada);
      }
      await test.stored(2);
      const change = changeOf(test.ada.id, test.emulator.teams.navy.id);
      test.one.reads.copies.drop(change, 'here');
      await test.other.hears(change.kind);
      expect(test.other.told).toEqual([[change, 'replica']]);
      // Its own message is no news.
      expect(test.one.told).toEqual([[change, 'here']]);
      expect(test.other.reads.fresh(TEAMS, test.ada)).toBeUndefined();
      const third = await test.start();
      await third.fetchProfile(test.ada);
      await third.reads.fetch(TEAMS, test.ada);
      expect(third.sources()).toEqual([profile, teams]);
    },
  );

  it('that a call has found is told as such', async () => {
    await using test = await startTwo(redis);
    await test.fill();
    test.emulator.control.deleteUser(test.ada.id);
    test.clock.advance(30_000);
    await test.age(30_000);
    expect((await test.one.fetchProfile(test.ada)).kind).toBe('gone');
    await test.other.hears('user');
    expect(test.other.told).toEqual([[test.ofAda, 'read']]);
    expect(test.one.told).toEqual([[test.ofAda, 'read']]);
  });

  it('that another replica told is told to no third', async () => {
    await using test = await startTwo(redis);
    test.one.reads.copies.drop(test.ofAda, 'read');
    await test.other.hears('user');
    test.other.reads.copies.drop({ kind: 'all' }, 'replica');
    test.other.reads.copies.drop({ kind: 'team', teamId: 'last' }, 'here');
    await test.one.hears('team');
    expect(test.one.told.map(([change, source]) => [change.kind, source])).toEqual([
      ['user', 'read'],
      ['team', 'replica'],
    ]);
  });

  it('that was merged into a copy evicts it elsewhere', async () => {
    await using test = await startTwo(redis);
    await test.fill();
    const { copies } = test.one.reads;
    copies.mergeProfile(test.ada.id, { displayName: 'Augusta' }, copies.cachedProfile(test.ada.id));
    expect(test.one.reads.fresh(PROFILE, test.ada)).toMatchObject({ displayName: 'Augusta' });
    await test.other.hears('user');
    expect(test.other.told).toEqual([[{ ...test.ofAda, copies: ['profile'] }, 'replica']]);
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeUndefined();
    expect(await test.fromStart()).toBe('call');
  });

  it('is told with a TTL of 0 as well', async () => {
    await using test = await startTwo(redis);
    const uncached = await test.start({ ttl: 0 });
    uncached.reads.copies.drop(test.ofAda, 'here');
    await test.one.hears('user');
    test.one.reads.copies.drop({ kind: 'team', teamId: 'navy' }, 'here');
    await uncached.hears('team');
  });

  it('drops everything where its message cannot be read', async () => {
    await using test = await startTwo(redis);
    await test.fill();
    const tell = (text: string) => redis.command('PUBLISH', `sag:${test.projectId}:changes`, text);
    await tell('{"origin":"later","source":"here","change":{"kind":"planet"}}');
    await test.other.hears('all');
    expect(test.other.told).toEqual([[{ kind: 'all' }, 'replica']]);
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeUndefined();
    expect(test.other.events).toContainEqual({ kind: 'redis-unreadable', what: 'message' });
    // Of a kind of copies that this version does not have.
    await tell(
      JSON.stringify({
        origin: 'later',
        source: 'here',
        change: { ...test.ofAda, copies: ['teams', 'planets'] },
      }),
    );
    await test.other.hears('user');
    expect(test.other.told.at(-1)).toEqual([{ ...test.ofAda, copies: undefined }, 'replica']);
  });

  it.each([
    ['user:$ada', PROFILE, true],
    ['all', PROFILE, true],
    ['teams', TEAMS, true],
    ['teams', CONTACT_CHANNELS, false],
  ] as const)('during a fetch ends the generation %s: %o is not stored', async (name, kind, isEvicted) => {
    await using test = await startTwo(redis);
    const gate = test.emulator.control.hold('all');
    const fetched = test.one.reads.fetch<unknown>(kind, test.ada);
    await gate.arrived(1);
    // Another replica, whose message has not arrived.
    await test.endGeneration(name.replace('$ada', test.ada.id));
    gate.release();
    expect((await fetched).kind).toBe('ok');
    // Commands of one connection are executed in order.
    await test.one.reads.fetch(PROJECT_PERMISSIONS, await test.requestOf('grace'));
    await test.stored(isEvicted ? 1 : 2);
  });

  it('during a fetch, and another reader since, does not let the older fetch be stored', async () => {
    await using test = await startTwo(redis);
    const gate = test.emulator.control.hold('all');
    const fetched = test.one.fetchProfile(test.ada);
    await gate.arrived(1);
    await test.endGeneration(`user:${test.ada.id}`);
    await test.other.store.copies.readGenerations({
      kind: 'profile',
      userId: test.ada.id,
      teamId: undefined,
    });
    gate.release();
    await fetched;
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.stored(1);
    expect((await test.keys('copy:*'))[0]).toContain('teams');
  });

  it.each(['user:$ada', 'all'])('ends the generation %s of a copy: it is not read', async (name) => {
    await using test = await startTwo(redis);
    await test.fill();
    expect(await test.fromStart()).toBe('redis');
    await test.endGeneration(name.replace('$ada', test.ada.id));
    expect(await test.fromStart()).toBe('call');
  });

  it('may have been missed after each connection: everything is dropped', async () => {
    await using test = await startTwo(redis);
    await test.fill();
    const gate = test.emulator.control.hold('all');
    const grace = await test.requestOf('grace');
    const running = test.other.fetchProfile(grace);
    await gate.arrived(1);
    await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await test.other.hears('all');
    expect(test.other.told).toEqual([[{ kind: 'all' }, 'replica']]);
    expect(test.other.reads.fresh(PROFILE, test.ada)).toBeUndefined();
    gate.release();
    await running;
    expect(test.other.reads.fresh(PROFILE, grace)).toBeUndefined();
    // What is in Redis is as good as before: evictions were confirmed.
    await test.other.fetchProfile(test.ada);
    expect(test.other.sources().at(-1)).toBe('redis');
    test.one.reads.copies.drop(test.ofAda, 'here');
    await test.other.hears('user');
  });

  it('stores nothing where the answer had no date', async () => {
    await using test = await startTwo(redis);
    const { copies: store } = test.one.store;
    const channel = { isUnconfirmed: () => false };
    const layer = new SecondLayer({ store, channel, ttl: 30_000, clock: test.clock, emit() {} });
    const about = { teamId: undefined, isCopyWanted: true };
    const lookup = await layer.look(PROJECT_PERMISSIONS, test.ada, about);
    const call = { ...test.ada, startedAt: 0, startedAtWall: 0 };
    for (const date of [undefined, 'yesterday']) {
      layer.noteDate(lookup, date, test.clock.monotonic());
      layer.keep(PROJECT_PERMISSIONS, call, { lookup, value: ['staff'] });
    }
    layer.noteDate(lookup, new Date().toUTCString(), test.clock.monotonic());
    layer.keep(PROJECT_PERMISSIONS, call, { lookup, value: ['beta'] });
    await test.stored(1);
    expect((await layer.look(PROJECT_PERMISSIONS, test.ada, about)).copy?.value).toEqual(['beta']);
  });
});

describeOwnRedis('an eviction that Redis does not confirm', () => {
  const refuse = (test: CopyReplicas) => test.redis.command('ACL', 'SETUSER', 'default', '-del');
  const permit = (test: CopyReplicas) => test.redis.command('ACL', 'SETUSER', 'default', '+del');
  const ended = async ({ events }: CopyReplica, outcome: string, count = 1) =>
    void (await until(`${count} ${outcome}`, () => {
      const evictions = events.filter((event) => event.kind === 'redis-command' && event.command === 'evict');
      return evictions.filter((event) => 'outcome' in event && event.outcome === outcome).length >= count;
    }));

  it('keeps the copies of its user in Redis from being read and written, and is sent again', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    const grace = await test.requestOf('grace');
    await test.fill();
    await test.other.fetchProfile(grace);
    await test.stored(2);
    await refuse(test);
    test.one.reads.copies.drop(test.ofAda, 'here');
    await ended(test.one, 'refused');
    await test.one.fetchProfile(test.ada);
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.one.fetchProfile(grace);
    expect(test.one.sources()).toEqual(['call', 'call', 'call', 'redis']);
    expect(await test.keys('copy:*')).toHaveLength(2);
    expect(test.other.told).toEqual([]);
    await permit(test);
    await test.other.hears('user');
    expect(await test.fromStart()).toBe('call');
    // From then on its copies are read and written again.
    await test.one.reads.fetch(TEAM_PERMISSIONS, test.ada);
    await test.stored(3);
  });

  it('of a team keeps every copy that may show teams', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    for (const kind of [TEAMS, PROJECT_PERMISSIONS] as const)
      await test.other.reads.fetch<unknown>(kind, test.ada);
    await test.stored(2);
    await refuse(test);
    test.one.reads.copies.drop({ kind: 'team', teamId: idOf(test.emulator.teams.navy) }, 'here');
    await ended(test.one, 'refused');
    for (const kind of [TEAMS, PROJECT_PERMISSIONS] as const)
      await test.one.reads.fetch<unknown>(kind, test.ada);
    expect(test.one.sources()).toEqual(['call', 'redis']);
  });

  it('is one of everything where there are too many', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await test.fill();
    await refuse(test);
    for (let user = 0; user < 2_001; user += 1)
      test.one.reads.copies.drop({ kind: 'user', userId: `user ${user}` }, 'here');
    await ended(test.one, 'refused', 2_000);
    await test.one.fetchProfile(test.ada);
    expect(test.one.reads.fresh(PROFILE, test.ada)).toBeDefined();
    await permit(test);
    await test.other.hears('all');
    expect(test.other.told).toEqual([[{ kind: 'all' }, 'replica']]);
    expect(await test.fromStart()).toBe('call');
  });

  it('is sent after the next connection, with those that were never sent', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await test.fill();
    redis.pause();
    test.one.reads.copies.drop(test.ofAda, 'here');
    await redis.stop();
    await until('both have lost it', () =>
      [test.one, test.other].every(({ store }) => store.state === 'down'),
    );
    for (let team = 0; team < 250; team += 1)
      test.one.reads.copies.drop({ kind: 'team', teamId: `team ${team}` }, 'here');
    await redis.start();
    await until('both are back', () => [test.one, test.other].every(({ store }) => store.state === 'up'));
    await test.other.hears('all');
    // A hundred in one command, and one of everything since the server is another.
    await ended(test.one, 'ok', 3);
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.stored(1);
  });
});

describeOwnRedis('evictions', () => {
  it('get through to a Redis that is full', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    await test.fill();
    await redis.limitMemory(1);
    test.one.reads.copies.drop(test.ofAda, 'here');
    await test.other.hears('user');
    await test.other.fetchProfile(test.ada);
    expect(test.other.sources()).toEqual(['redis', 'call']);
    await redis.limitMemory(0);
    expect(await test.fromStart()).toBe('call');
  });

  it('hold for an emptied Redis: no fetch from before is stored', async () => {
    await using redis = await startRedis();
    await using test = await startTwo(redis);
    const gate = test.emulator.control.hold('all');
    const fetched = test.one.fetchProfile(test.ada);
    await gate.arrived(1);
    await redis.flush();
    gate.release();
    await fetched;
    await test.one.reads.fetch(TEAMS, test.ada);
    await test.stored(1);
  });

  it('hold for a Redis that comes back with what it had saved: it may lack some', async () => {
    await using redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    await using test = await startTwo(redis);
    await test.fill();
    await redis.stop();
    await redis.start();
    await test.one.hears('all');
    await test.other.hears('all');
    await until('an eviction', async () => (await test.keys('generation:all')).length === 0);
    expect(await test.keys('copy:*')).toHaveLength(1);
    expect(await test.fromStart()).toBe('call');
  });
});

describeRedis('the channel of evictions', () => {
  it('sends none again after it was closed', async () => {
    await using redis = await openRedis();
    await using test = await startCopyReplicas(redis);
    const { store } = await test.start();
    let sent = 0;
    const refusing = {
      ...store.copies,
      async evict() {
        sent += 1;
        return false;
      },
    };
    const channel = new EvictionChannel({ store: refusing, retryPause: 1 });
    const source: ChangeSource = 'here';
    channel.send({ kind: 'all' }, source);
    await until('a second attempt', () => sent > 1);
    channel.close();
    expect(channel.isUnconfirmed('ada', false)).toBe(true);
  });
});
