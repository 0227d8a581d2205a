import { describe, expect, it } from 'vitest';
import type { IdentityChange } from '../../src/provider/cache/identity-change.ts';
import { createClock } from '../support/clock.ts';
import { startLive, userOf } from '../support/live-user.ts';
import { eventually } from '../support/test-streams.ts';

const NOT_CACHED = { PROFILE_CACHE_TTL: '0' };
const GONE = {
  errors: [
    {
      message: 'The user does not exist any more',
      extensions: { code: 'UNAUTHENTICATED', reason: 'USER_GONE' },
    },
  ],
};

describe('meChanged', () => {
  it('sends the user at once, without a call where none is needed', async () => {
    await using live = await startLive();
    const stream = await live.open('id isAnonymous');
    expect(await stream.next()).toEqual({ data: { meChanged: { id: live.ids.ada, isAnonymous: false } } });
    expect(live.control.calls().profile).toBe(0);
    const { headers } = stream.response;
    expect(
      ['content-type', 'cache-control', 'x-accel-buffering', 'connection'].map((name) => headers.get(name)),
    ).toEqual(['text/event-stream', 'no-store', 'no', 'close']);
    await stream.close();
  });

  it('keeps its connection busy while nothing happens', async () => {
    await using live = await startLive();
    const stream = await live.open('id');
    await stream.next();
    // Yoga sends a comment every 12 seconds, and more often in tests.
    await stream.heartbeat();
    await stream.close();
  });

  it.each([
    ['cached', {}],
    ['not cached', NOT_CACHED],
  ])('sends the user again after a webhook, where profiles are %s', async (_how, env) => {
    await using live = await startLive({ env });
    const stream = await live.open('displayName');
    expect(userOf(await stream.next())).toEqual({ displayName: 'Ada Lovelace' });
    live.rename('Augusta');
    await live.webhook('user.updated', { id: live.ids.ada });
    expect(userOf(await stream.next())).toEqual({ displayName: 'Augusta' });
    await stream.close();
  });

  it('sends the user again after mutations, of any session', async () => {
    await using live = await startLive();
    const stream = await live.open('displayName teams { displayName }');
    await stream.next();
    const { sessionId, accessToken } = await live.control.signIn(live.ids.ada);
    for (const token of [live.tokens.ada, accessToken]) {
      const displayName = `Ada ${token === accessToken ? sessionId : 'here'}`;
      await live.ask(`mutation { updateMe(input: { displayName: "${displayName}" }) { me { id } } }`, token);
      expect(userOf(await stream.next())).toMatchObject({ displayName });
    }
    await live.ask('mutation { createTeam(input: { displayName: "Compilers" }) { team { id } } }');
    expect(userOf(await stream.next()).teams).toContainEqual({ displayName: 'Compilers' });
    await stream.close();
  });

  it.each([
    [
      'a membership',
      'teams { displayName }',
      ({ control, teams, ids }: Live) => control.removeMember({ teamId: teams.navy.id, userId: ids.ada }),
      'team_membership.deleted',
      { teams: [{ displayName: 'Analytical Engines' }] },
    ],
    [
      'a permission in the project',
      'hasPermission(id: "staff")',
      ({ control, ids }: Live) => control.revokePermission({ userId: ids.ada, permissionId: 'staff' }),
      'project_permission.deleted',
      { hasPermission: false },
    ],
    [
      'a permission in a team',
      'teams { hasPermission(id: "see_budget") }',
      ({ control, teams, ids }: Live) =>
        control.grantPermission({
          userId: ids.ada,
          teamId: teams.navy.id,
          permissionId: 'see_budget',
        }),
      'team_permission.created',
      { teams: expect.arrayContaining([{ hasPermission: true }]) },
    ],
  ])('sends the user again after a change of %s', async (_what, selection, change, type, after) => {
    await using live = await startLive();
    const stream = await live.open(selection);
    expect(userOf(await stream.next())).not.toEqual(after);
    change(live);
    await live.webhook(type, { user_id: live.ids.ada, team_id: live.teams.navy.id });
    expect(userOf(await stream.next())).toEqual(after);
    await stream.close();
  });

  it.each<[IdentityChange['kind'], (live: Live) => IdentityChange]>([
    ['user', ({ ids }) => ({ kind: 'user', userId: ids.ada })],
    ['membership', ({ ids, teams }) => ({ kind: 'membership', userId: ids.ada, teamId: teams.navy.id })],
    ['team', ({ teams }) => ({ kind: 'team', teamId: teams.navy.id })],
    ['all', () => ({ kind: 'all' })],
  ])(
    'sends the user again after a change (%s) from another replica, and not after a read',
    async (_kind, of) => {
      await using live = await startLive({ env: NOT_CACHED });
      const stream = await live.open('displayName teams { id }');
      expect(userOf(await stream.next()).displayName).toBe('Ada Lovelace');
      live.rename('of the read');
      live.change(of(live), 'read');
      // Grace's stream shows that all events have been executed which there are.
      const other = await live.open('id', { token: live.tokens.grace });
      await other.next();
      live.change({ kind: 'user', userId: live.ids.grace }, 'replica');
      await other.next();
      expect(live.executed()).toBe(3);
      live.rename('of the replica');
      live.change(of(live), 'replica');
      expect(userOf(await stream.next()).displayName).toBe('of the replica');
      await Promise.all([stream.close(), other.close()]);
    },
  );

  it('never mixes two users, and wakes no other stream', async () => {
    await using live = await startLive();
    const { ids, tokens, control } = live;
    const streams = await Promise.all(
      [tokens.ada, tokens.grace, tokens.guest].map((token) => live.open('id displayName', { token })),
    );
    const [ada, grace, guest] = streams;
    for (const [index, id] of [ids.ada, ids.grace, ids.guest].entries())
      expect(userOf((await streams[index]?.next()) ?? 'complete').id).toBe(id);
    for (const round of [1, 2, 3]) {
      control.updateUser(ids.grace, { displayName: `Grace ${round}` });
      await live.webhook('user.updated', { id: ids.grace });
      expect(userOf((await grace?.next()) ?? 'complete')).toEqual({
        id: ids.grace,
        displayName: `Grace ${round}`,
      });
      expect(live.executed()).toBe(3 + round);
    }
    control.updateUser(ids.guest, { displayName: 'Someone' });
    await live.webhook('user.updated', { id: ids.guest });
    expect(userOf((await guest?.next()) ?? 'complete')).toEqual({ id: ids.guest, displayName: 'Someone' });
    expect(live.executed()).toBe(7);
    await Promise.all([ada, grace, guest].map((stream) => stream?.close()));
  });

  it('is for signed-in users', async () => {
    await using live = await startLive();
    const { response, next } = await live.open('id', { token: '' });
    expect(response.status).toBe(200);
    expect(await next()).toMatchObject({
      errors: [{ path: ['meChanged'], extensions: { code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' } }],
    });
    expect(await next()).toBe('complete');
    expect(live.followed().users).toBe(0);
  });
});

describe('a team that a stream has shown', () => {
  const SHOWN = [
    ['its list of teams', 'teams { displayName }', 'ada'],
    ['the selected team', 'selectedTeam { displayName }', 'grace'],
  ] as const;
  it.each(SHOWN)('wakes it, by %s, whether it is cached or not', async (_by, selection, who) => {
    for (const env of [{}, NOT_CACHED]) {
      await using live = await startLive({ env });
      const stream = await live.open(selection, { token: live.tokens[who] });
      const other = await live.open('displayName', { token: live.tokens.ada });
      await Promise.all([stream.next(), other.next()]);
      for (const displayName of ['Fleet', 'Armada']) {
        live.control.updateTeam(live.teams.navy.id, { displayName });
        await live.webhook('team.updated', { id: live.teams.navy.id });
        expect(JSON.stringify(await stream.next())).toContain(`"${displayName}"`);
      }
      await Promise.all([stream.close(), other.close()]);
    }
  });

  it('does not wake streams of users whom it was not shown', async () => {
    await using live = await startLive({ env: NOT_CACHED });
    const grace = await live.open('teams { displayName }', { token: live.tokens.grace });
    const ada = await live.open('id');
    await Promise.all([grace.next(), ada.next()]);
    await live.webhook('team.updated', { id: live.teams.navy.id });
    await grace.next();
    expect(live.executed()).toBe(3);
    await Promise.all([grace.close(), ada.close()]);
  });

  it('wakes it where the change comes while the first list is on its way', async () => {
    await using live = await startLive();
    const gate = live.control.hold('teams');
    const stream = await live.open('teams { displayName }');
    await gate.arrived(1);
    live.control.updateTeam(live.teams.navy.id, { displayName: 'Fleet' });
    await live.webhook('team.updated', { id: live.teams.navy.id });
    gate.release();
    expect(JSON.stringify(await stream.next())).toContain('"Navy"');
    expect(JSON.stringify(await stream.next())).toContain('"Fleet"');
    await stream.close();
  });
});

describe('what an event shows', () => {
  it('is no older than its change: a call that was running then is not joined', async () => {
    await using live = await startLive();
    const stream = await live.open('id');
    await stream.next();
    const profile = await live.open('displayName', { inProcess: true });
    await profile.next();
    live.change({ kind: 'user', userId: live.ids.ada }, 'read');
    const gate = live.control.hold('profile');
    const before = live.ask('{ me { displayName } }');
    await gate.arrived(1);
    live.rename('Augusta');
    await live.webhook('user.updated', { id: live.ids.ada });
    // The event of each stream, which share one call, and the query.
    await gate.arrived(2);
    gate.release();
    expect((await before).body.data).toEqual({ me: { displayName: 'Ada Lovelace' } });
    expect(userOf(await profile.next())).toEqual({ displayName: 'Augusta' });
    expect((await live.ask('{ me { displayName } }')).body.data).toEqual({ me: { displayName: 'Augusta' } });
    await Promise.all([stream.close(), profile.close()]);
  });

  it('is one event for all changes while one is executed', async () => {
    await using live = await startLive();
    const stream = await live.open('displayName');
    await stream.next();
    const gate = live.control.hold('profile');
    live.rename('first');
    await live.webhook('user.updated', { id: live.ids.ada });
    await gate.arrived(1);
    for (const name of ['second', 'third', 'fourth']) {
      live.rename(name);
      await live.webhook('user.updated', { id: live.ids.ada });
    }
    gate.release();
    expect(userOf(await stream.next())).toEqual({ displayName: 'first' });
    expect(userOf(await stream.next())).toEqual({ displayName: 'fourth' });
    const other = await live.open('id', { token: live.tokens.grace });
    await other.next();
    expect(live.executed()).toBe(4);
    await Promise.all([stream.close(), other.close()]);
  });

  it('is one event for all changes that a slow reader has not seen', async () => {
    await using live = await startLive({ env: NOT_CACHED });
    const { control, ids } = live;
    control.updateUser(ids.ada, { clientMetadata: { large: 'a'.repeat(30_000) } });
    const stream = await live.open('displayName clientMetadata', { inProcess: true });
    await stream.next();
    const other = await live.open('displayName');
    for (let round = 1; round <= 20; round += 1) {
      await other.next();
      live.rename(`Ada ${round}`);
      await live.webhook('user.updated', { id: live.ids.ada });
    }
    await other.next();
    const names: string[] = [];
    while (names.at(-1) !== 'Ada 20') names.push(userOf(await stream.next()).displayName);
    // Some are in the buffers of the stream, which hold 16 KB each.
    expect(names.length).toBeLessThanOrEqual(8);
    await Promise.all([stream.close(), other.close()]);
  });

  it('may have an error, and the stream goes on', async () => {
    await using live = await startLive();
    const stream = await live.open('id displayName');
    await stream.next();
    const heal = live.control.fail('profile', { kind: 'status', status: 503 });
    await live.webhook('user.updated', { id: live.ids.ada });
    expect(await stream.next()).toMatchObject({
      data: { meChanged: { id: live.ids.ada, displayName: null } },
      errors: [{ path: ['meChanged', 'displayName'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    heal();
    live.rename('Augusta');
    await live.webhook('user.updated', { id: live.ids.ada });
    await eventually(async () => userOf(await stream.next()).displayName).toBe('Augusta');
    await stream.close();
  });

  it('is within the calls of one request, each time', async () => {
    await using live = await startLive({ env: { MAX_PROVIDER_CALLS: '1', ...NOT_CACHED } });
    const stream = await live.open('displayName teams { id }');
    for (const _round of [1, 2, 3]) {
      expect(await stream.next()).toMatchObject({
        errors: [{ extensions: { code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' } }],
      });
      await live.webhook('user.updated', { id: live.ids.ada });
    }
    await stream.close();
  });
});

describe('the end of a stream of meChanged', () => {
  it.each([
    ['only what the token says', 'id'],
    ['what the provider says', 'displayName teams { id }'],
  ])('comes with the deletion of the user, where it shows %s', async (_what, selection) => {
    await using live = await startLive();
    const streams = [await live.open(selection), await live.open(selection, { inProcess: true })];
    for (const stream of streams) await stream.next();
    live.control.deleteUser(live.ids.ada);
    await live.webhook('user.deleted', { id: live.ids.ada });
    for (const stream of streams) {
      expect(await stream.next()).toEqual(GONE);
      expect(await stream.next()).toBe('complete');
    }
    expect(live.followed()).toEqual({ users: 0, teams: 0 });
    await eventually(() =>
      live.logged.map((line) => JSON.parse(line)).filter(({ ended }) => ended === 'deleted'),
    ).toHaveLength(2);
  });

  it('comes with deleteMe', async () => {
    await using live = await startLive();
    live.control.updateProject({ clientUserDeletion: true });
    const stream = await live.open('id');
    await stream.next();
    expect((await live.ask('mutation { deleteMe { deleted } }')).body.data).toEqual({
      deleteMe: { deleted: true },
    });
    expect(await stream.next()).toEqual(GONE);
  });

  it('is not brought about by a provider that fails', async () => {
    await using live = await startLive();
    const stream = await live.open('id');
    await stream.next();
    live.control.fail('profile', { kind: 'status', status: 503 });
    await live.webhook('user.updated', { id: live.ids.ada });
    expect(await stream.next()).toEqual({ data: { meChanged: { id: live.ids.ada } } });
    await stream.close();
  });

  it('comes with that of the token, and with the process, and then nothing is followed', async () => {
    const clock = createClock();
    await using live = await startLive({ clock });
    const { ids, mint, services } = live;
    const [short, long] = [await mint(ids.ada, 60), await mint(ids.grace, 600)];
    const streams = [
      await live.open('teams { id }', { token: short }),
      await live.open('id', { token: long }),
    ];
    for (const stream of streams) await stream.next();
    expect(live.followed()).toEqual({ users: 2, teams: 2 });
    clock.advance(60_000);
    const EXPIRED = { errors: [{ extensions: { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' } }] };
    expect(await streams[0]?.next()).toMatchObject(EXPIRED);
    expect(await streams[0]?.next()).toBe('complete');
    expect(live.followed()).toEqual({ users: 1, teams: 0 });
    services.health.drain();
    expect(await streams[1]?.next()).toMatchObject({
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 1 } }],
    });
    expect(await streams[1]?.next()).toBe('complete');
    expect(live.followed()).toEqual({ users: 0, teams: 0 });
  });

  it('leaves nothing behind, however many streams there were', async () => {
    await using live = await startLive({ env: { MAX_STREAMS_PER_USER: '100' } });
    const streams = [];
    for (let index = 0; index < 200; index += 1) {
      const token = index % 2 === 0 ? live.tokens.ada : live.tokens.grace;
      streams.push(await live.open('teams { id }', { token, inProcess: true }));
    }
    const TEAMS = [{ id: live.teams.navy.id }, { id: live.teams.engines.id }];
    for (const event of await Promise.all(streams.map((stream) => stream.next())))
      expect(userOf(event)).toEqual({ teams: TEAMS });
    expect(live.followed()).toEqual({ users: 2, teams: 2 });
    live.change({ kind: 'user', userId: live.ids.ada }, 'replica');
    await Promise.all(streams.filter((_, index) => index % 2 === 0).map((stream) => stream.next()));
    // The streams of a user share the calls of an event.
    expect(live.control.calls()).toMatchObject({ profile: 1, teams: 3 });
    await Promise.all(streams.map((stream) => stream.close()));
    await eventually(() => live.services.gauges().streams).toBe(0);
    expect(live.followed()).toEqual({ users: 0, teams: 0 });
  });

  it('leaves nothing behind, also where it was refused or the client has left', async () => {
    await using live = await startLive({ env: { MAX_STREAMS_PER_USER: '3' } });
    const streams = [];
    for (let opened = 0; opened < 5; opened += 1) streams.push(await live.open('teams { id }'));
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200, 200, 429, 429]);
    for (const stream of streams) await stream.next();
    expect(live.followed()).toEqual({ users: 1, teams: 2 });
    await streams[0]?.close();
    await eventually(() => live.services.gauges().streams).toBe(2);
    expect(live.followed()).toEqual({ users: 1, teams: 2 });
    expect((await live.open('id', { accept: 'application/json' })).response.status).toBe(406);
    for (const stream of streams) await stream.close().catch(() => {});
    await eventually(live.followed).toEqual({ users: 0, teams: 0 });
  });
});

type Live = Awaited<ReturnType<typeof startLive>>;
