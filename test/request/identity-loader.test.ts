import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/auth/authenticate.ts';
import { createCancellation } from '../../src/request/cancellation.ts';
import { createRequestLoaders } from '../../src/request/loaders.ts';
import { idOf } from '../support/ask-provider.ts';
import { startTestProfiles } from '../support/test-profiles.ts';

/** The loaders of requests of Ada. */
async function start() {
  const test = await startTestProfiles({ active: 64, queued: 64 });
  const { control, people } = test.emulator;
  const request = await test.requestOf(people.ada.id);
  const claims = {
    ...request,
    restrictedReason: undefined,
    emailVerified: true,
    selectedTeamId: undefined,
    sessionId: undefined,
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
  const credentials: Credentials = { token: request.token, claims };
  let upstreamCalls = 0;
  return Object.assign(test, {
    control,
    navy: idOf(test.emulator.teams.navy),
    upstreamCalls: () => upstreamCalls,
    newLoaders: (given: Credentials | undefined = credentials) =>
      createRequestLoaders({
        provider: test.provider,
        fetchProfile: test.fetchProfile,
        reads: test.reads,
        sources: {},
        credentials: given,
        cancellation: createCancellation(() => () => {}),
        onUpstreamCall: () => {
          upstreamCalls += 1;
        },
      }),
    /** A team that Ada is not in yet. */
    newTeam: () => idOf(control.createTeam({ displayName: 'New' })),
  });
}

describe('the identity loader of a request', () => {
  it('reads each kind once, and counts its calls', async () => {
    await using test = await start();
    const { identity } = test.newLoaders();
    for (let time = 0; time < 3; time += 1) {
      await Promise.all([
        identity.sessions(),
        identity.apiKeys(),
        identity.teams(),
        identity.members(test.navy),
      ]);
      await Promise.all(
        [identity.apiKeys(test.navy), identity.apiKeys(test.navy)].map((read) =>
          Promise.resolve(read).catch(() => {}),
        ),
      );
    }
    expect(test.control.calls()).toMatchObject({
      sessions: 1,
      'api-keys': 2,
      teams: 1,
      'member-profiles': 1,
      total: 5,
    });
    expect(test.upstreamCalls()).toBe(5);
  });

  it('has the cached profile of the caller alone, the same for the whole request', async () => {
    await using test = await start();
    const { ada, grace } = test.emulator.people;
    const first = test.newLoaders();
    expect(first.identity.cachedProfile(ada.id)).toBeUndefined();
    const loaded = await first.profile.load(ada.id);
    const second = test.newLoaders();
    expect(second.identity.cachedProfile(grace.id)).toBeUndefined();
    expect(second.identity.cachedProfile(ada.id)).toEqual(loaded);
    // What another request changes is not half of what this one shows; what it changes itself is.
    test.reads.copies.drop({ kind: 'user', userId: ada.id }, 'here');
    expect(second.identity.cachedProfile(ada.id)).toEqual(loaded);
    second.identity.clear();
    expect(second.identity.cachedProfile(ada.id)).toBeUndefined();
    expect(second.identity.cachedProfile(grace.id)).toBeUndefined();
    expect(test.control.calls()).toMatchObject({ profile: 1, total: 1 });
  });

  it('returns what is cached synchronously, and sessions, invitations and keys never from a cache', async () => {
    await using test = await start();
    const read = ({ identity }: ReturnType<typeof test.newLoaders>) =>
      [
        identity.teams(),
        identity.teamPermissions(),
        identity.projectPermissions(),
        identity.contactChannels(),
        identity.notificationPreferences(),
        identity.members(test.navy),
        identity.memberProfile(test.navy),
        identity.sessions(),
        identity.receivedInvitations(),
        identity.sentInvitations(test.navy),
        identity.apiKeys(),
      ] as const;
    await Promise.all<unknown>(read(test.newLoaders()));
    const isPromise = read(test.newLoaders()).map((value) => value instanceof Promise);
    expect(isPromise).toEqual([...Array(7).fill(false), ...Array(4).fill(true)]);
  });

  it('forgets everything that the request has read, profile included, when it is cleared', async () => {
    await using test = await start();
    const { ada } = test.emulator.people;
    const loaders = test.newLoaders();
    const read = async () => [
      (await loaders.profile.load(ada.id)).displayName,
      (await loaders.identity.teams()).length,
      (await loaders.identity.sessions()).length,
    ];
    expect(await read()).toEqual(['Ada Lovelace', 2, 0]);
    test.control.updateUser(ada.id, { displayName: 'Countess' });
    test.control.createTeam({ displayName: 'New', creatorId: ada.id });
    await test.control.signIn(ada.id);
    test.reads.copies.drop({ kind: 'user', userId: ada.id }, 'here');
    expect(await read()).toEqual(['Ada Lovelace', 2, 0]);
    loaders.identity.clear();
    expect(await read()).toEqual(['Countess', 3, 1]);
  });

  it('trusts a copy of the teams that is older than five seconds only for members', async () => {
    await using test = await start();
    const { ada } = test.emulator.people;
    const joined = test.newTeam();
    await test.newLoaders().identity.teams();
    test.control.addMember({ teamId: joined, userId: ada.id });
    test.clock.advance(5_000);
    expect(await test.newLoaders().identity.isMember(joined)).toBe(false);
    expect(test.control.calls().teams).toBe(1);
    test.clock.advance(1);
    expect(await test.newLoaders().identity.isMember(test.navy)).toBe(true);
    expect(test.control.calls().teams).toBe(1);
    const { identity } = test.newLoaders();
    expect(await identity.isMember(joined)).toBe(true);
    expect(await identity.teams()).toHaveLength(3);
    expect(test.control.calls().teams).toBe(2);
  });

  it('does not say by a copy of permissions that is older than a membership that there are none', async () => {
    await using test = await start();
    const { ada } = test.emulator.people;
    const [joined, powerless] = [test.newTeam(), test.newTeam()];
    await test.newLoaders().identity.teamPermissions();
    for (const teamId of [joined, powerless]) test.control.addMember({ teamId, userId: ada.id });
    test.control.revokePermission({ teamId: powerless, userId: ada.id, permissionId: 'team_member' });
    const calls = () => test.control.calls()['team-permissions'];
    test.clock.advance(5_000);
    expect(await test.newLoaders().identity.permissionsIn(joined)).toEqual([]);
    test.clock.advance(1);
    expect(await test.newLoaders().identity.permissionsIn(test.navy)).toContain('team_member');
    expect(calls()).toBe(1);
    const { identity } = test.newLoaders();
    expect(await identity.permissionsIn(joined)).toContain('team_member');
    expect(await identity.permissionsIn(powerless)).toEqual([]);
    expect(await identity.permissionsIn(joined)).toContain('team_member');
    expect(calls()).toBe(2);
    test.clock.advance(4_000);
    for (let time = 0; time < 3; time += 1)
      expect(await test.newLoaders().identity.permissionsIn(powerless)).toEqual([]);
    expect(calls()).toBe(2);
  });

  it('asks once, however many teams it refuses', async () => {
    await using test = await start();
    await test.newLoaders().identity.teams();
    test.clock.advance(6_000);
    const others = Array.from({ length: 20 }, test.newTeam);
    const { identity } = test.newLoaders();
    expect(await Promise.all(others.map((team) => identity.isMember(team)))).toEqual(Array(20).fill(false));
    for (const team of others) expect(await test.newLoaders().identity.isMember(team)).toBe(false);
    expect(test.control.calls().teams).toBe(2);
  });

  it('asks no second time where its teams come from a call of this request', async () => {
    await using test = await start();
    expect(await test.newLoaders().identity.isMember(test.newTeam())).toBe(false);
    expect(test.control.calls().teams).toBe(1);
  });

  it('cannot tell memberships while the provider fails and nothing is cached', async () => {
    await using test = await start();
    test.control.fail('teams', { kind: 'status', status: 500 });
    await expect(test.newLoaders().identity.isMember(test.navy)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});
