import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MutationName } from '../../../src/core/mutation-names.ts';
import type { Endpoint } from '../../../src/emulator/endpoint.ts';
import { createClock } from '../../support/clock.ts';
import { settingsOf, startTestServer, type TestServer } from '../../support/test-server.ts';
import { until } from '../../support/until.ts';
import { CASES, type Case } from './cases.ts';
import { answerOf, documentOf } from './proof.ts';
import { createWorld, type Role, type World } from './world.ts';

/** Everything that is cached of a user. */
const VIEW = `{ me {
  displayName email emailVerified profileImageUrl hasPassword clientMetadata
  selectedTeam { id displayName }
  teams { id displayName permissions myProfile { displayName } members { userId displayName } }
  permissions
  contactChannels { id value isPrimary isVerified usedForAuth }
  notificationPreferences { categoryId enabled }
} }`;

/** Mutations after which the caller sees something else, and the endpoint to which each is sent. */
const CHANGES: Partial<Record<MutationName, Endpoint>> = {
  updateMe: 'change-profile',
  createTeam: 'change-teams',
  updateTeam: 'change-teams',
  deleteTeam: 'change-teams',
  leaveTeam: 'change-members',
  removeTeamMember: 'change-members',
  updateTeamProfile: 'change-members',
  acceptTeamInvitation: 'change-invitations',
  addContactChannel: 'change-contact-channels',
  updateContactChannel: 'change-contact-channels',
  removeContactChannel: 'change-contact-channels',
  setNotificationPreference: 'change-notification-preferences',
};
const CHANGING = CASES.filter(({ name, answers }) => name in CHANGES && answers.owner === 'ok').map(
  (each) => ({
    ...each,
    title: [each.name, each.what].filter(Boolean).join(', '),
  }),
);

describe('copies', () => {
  let test: TestServer;
  /** Another server of the same project, which caches nothing. */
  let reference: TestServer;
  let world: World;
  beforeAll(async () => {
    test = await startTestServer({ env: { PROFILE_CACHE_TTL: '3600' } });
    reference = await startTestServer({ env: { ...settingsOf(test.emulator), PROFILE_CACHE_TTL: '0' } });
  });
  beforeEach(async () => {
    test.emulator.control.heal();
    world = await createWorld(test.emulator);
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
    await reference[Symbol.asyncDispose]();
  });

  const tokenOf = async (role: Role) => (await world.tokenOf(role)) ?? '';
  const see = async (token: string, server = test) => {
    const { data, errors } = (await server.ask(VIEW, { token })).body;
    return { data, reasons: errors?.map(({ extensions }) => extensions['reason'] ?? extensions['code']) };
  };
  const mutate = async (each: Case, token: string, server = test) => {
    const input = each.input?.(world, 'owner');
    const { body } = await server.ask(documentOf(each), { token, ...(input && { variables: { input } }) });
    return answerOf(body, each.name);
  };
  /** The copies show what is so, and not what was so before. */
  const expectChanged = async (token: string, before: unknown) => {
    const now = await see(token);
    expect(now).toEqual(await see(token, reference));
    expect(now).not.toEqual(before);
  };

  it.each(CHANGING)('show a change at once: $title', async (each) => {
    const token = await tokenOf('owner');
    const before = await see(token);
    expect(before.reasons).toBeUndefined();
    test.emulator.control.resetCalls();
    expect(await see(token)).toEqual(before);
    expect(test.emulator.control.calls().total).toBe(0);
    expect(await mutate(each, token)).toBe('ok');
    await expectChanged(token, before);
  });

  it.each<[Endpoint, MutationName]>([
    ['profile', 'updateMe'],
    ['profile', 'updateContactChannel'],
    ['teams', 'createTeam'],
    ['teams', 'leaveTeam'],
    ['team-permissions', 'deleteTeam'],
    ['member-profiles', 'updateTeamProfile'],
    ['contact-channels', 'addContactChannel'],
    ['notification-preferences', 'setNotificationPreference'],
  ])('are not brought back by a read of %s that began before %s', async (endpoint, name) => {
    const found = CHANGING.find((one) => one.name === name);
    if (!found) throw new Error(`There is no case for ${name}`);
    // The payload must not read what is held back.
    const each = { ...found, select: found.select.replace('me { id displayName }', 'me { id }') };
    const { control } = test.emulator;
    const token = await tokenOf('owner');
    const before = await see(token, reference);
    control.resetCalls();
    const gate = control.hold(endpoint);
    const began = see(token);
    await until('the read', () => control.calls()[endpoint] > 0);
    // Switching a category off reads the list of them, at the same endpoint.
    if (name === 'setNotificationPreference') {
      const asked = mutate(each, token);
      await until('the second read', () => control.calls()[endpoint] > 1);
      gate.release();
      expect(await asked).toBe('ok');
    } else {
      expect(await mutate(each, token)).toBe('ok');
      gate.release();
    }
    await began;
    await expectChanged(token, before);
  });

  it('of the removed user are dropped as well', async () => {
    const token = (await test.emulator.control.signIn(world.removable)).accessToken;
    const before = await see(token);
    const remove = CASES.find(({ name }) => name === 'removeTeamMember');
    expect(remove && (await mutate(remove, await tokenOf('owner')))).toBe('ok');
    await expectChanged(token, before);
  });

  it.each(['updateTeam', 'deleteTeam'])('of every user who sees the team are dropped by %s', async (name) => {
    const others = await Promise.all([tokenOf('member'), tokenOf('powerless')]);
    const before = await Promise.all(others.map((token) => see(token)));
    const each = CASES.find((one) => one.name === name);
    expect(each && (await mutate(each, await tokenOf('owner')))).toBe('ok');
    for (const [index, token] of others.entries()) await expectChanged(token, before[index]);
  });

  it('of others are kept', async () => {
    const stranger = await tokenOf('stranger');
    await see(stranger);
    for (const each of CHANGING.filter(({ name }) => name === 'updateMe' || name === 'updateTeam'))
      await mutate(each, await tokenOf('owner'));
    test.emulator.control.resetCalls();
    await see(stranger);
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it.each<[MutationName, Role]>([
    ['updateTeam', 'stranger'],
    ['updateTeam', 'powerless'],
    ['deleteTeam', 'stranger'],
    ['deleteTeam', 'member'],
    ['removeTeamMember', 'stranger'],
    ['removeTeamMember', 'powerless'],
  ])('of others are kept by %s of a %s, whom the provider refuses', async (name, role) => {
    const others = await Promise.all([
      tokenOf('owner'),
      test.emulator.control.signIn(world.removable).then(({ accessToken }) => accessToken),
    ]);
    for (const token of others) await see(token);
    const each = CASES.find((one) => one.name === name);
    if (!each) throw new Error(`There is no case for ${name}`);
    expect(await mutate(each, await tokenOf(role))).toMatch(/NOT_A_TEAM_MEMBER|TEAM_PERMISSION_REQUIRED/);
    test.emulator.control.resetCalls();
    for (const token of others) await see(token);
    expect(test.emulator.control.calls().total).toBe(0);
  });

  it.each<[MutationName, string]>([
    ['leaveTeam', 'NOT_A_TEAM_MEMBER'],
    ['deleteTeam', 'NOT_A_TEAM_MEMBER'],
    ['addContactChannel', 'EMAIL_ALREADY_ADDED'],
    ['removeContactChannel', 'NOT_FOUND'],
    ['acceptTeamInvitation', 'INVITATION_NOT_FOUND'],
  ])('are dropped where %s was done elsewhere: %s', async (name, code) => {
    const token = await tokenOf('owner');
    const before = await see(token);
    const each = CASES.find((one) => one.name === name);
    if (!each) throw new Error(`There is no case for ${name}`);
    expect(await mutate(each, token, reference)).toBe('ok');
    expect(await see(token)).toEqual(before);
    expect(await mutate(each, token)).toBe(code);
    await expectChanged(token, before);
  });

  it('are dropped where an address was verified elsewhere', async () => {
    const token = await tokenOf('owner');
    const before = await see(token);
    const send = CASES.find(({ name }) => name === 'sendContactChannelVerification');
    if (!send) throw new Error('There is no case');
    expect(await mutate(send, token, reference)).toBe('ok');
    const code = test.emulator.control.emails().at(-1)?.code;
    const verify =
      'mutation ($code: String!) { verifyContactChannel(input: { code: $code }) { verified errors { code } } }';
    const { body } = await reference.ask(verify, { token, variables: { code } });
    expect(body.data.verifyContactChannel.verified).toBe(true);
    expect(await see(token)).toEqual(before);
    expect(await mutate(send, token)).toBe('EMAIL_ALREADY_VERIFIED');
    await expectChanged(token, before);
  });

  it('of the profile do not show the state of a mutation whose answer is late', async () => {
    const { control } = test.emulator;
    const [token, other] = [await tokenOf('owner'), await tokenOf('owner')];
    await see(token);
    const gate = control.hold('change-profile');
    const rename = (name: string) =>
      test.ask(`mutation { updateMe(input: { displayName: "${name}" }) { errors { code } } }`, { token });
    const late = rename('Late');
    await gate.arrived(1);
    control.updateUser(world.users.owner, { displayName: 'Later', email: 'later@example.test' });
    const addresses = CASES.find(({ name }) => name === 'addContactChannel');
    expect(addresses && (await mutate(addresses, other))).toBe('ok');
    const before = await see(token);
    expect(before.data.me).toMatchObject({ displayName: 'Later', email: 'later@example.test' });
    gate.release();
    await late;
    expect(await see(token)).toEqual(await see(token, reference));
    expect((await see(token)).data.me).toMatchObject({ displayName: 'Later', email: 'later@example.test' });
  });

  it('of the profile are merged with what the provider answered, and cost no call', async () => {
    const { control } = test.emulator;
    const token = await tokenOf('owner');
    const query = '{ me { displayName lastActiveAt } }';
    const { data: before } = (await test.ask(query, { token })).body;
    expect(before.me.lastActiveAt).not.toBeNull();
    control.resetCalls();
    const { body } = await test.ask(
      'mutation { updateMe(input: { displayName: "Merged" }) { me { displayName lastActiveAt } } }',
      { token },
    );
    expect(body.data.updateMe.me).toEqual({ ...before.me, displayName: 'Merged' });
    expect((await test.ask(query, { token })).body.data.me).toEqual(body.data.updateMe.me);
    expect(control.calls()).toMatchObject({ 'change-profile': 1, total: 1 });
  });

  it('of the profile are not made of an answer that lacks some fields', async () => {
    const { control } = test.emulator;
    const token = await tokenOf('owner');
    await test.ask('mutation { updateMe(input: { displayName: "Alone" }) { errors { code } } }', { token });
    control.resetCalls();
    const { body } = await test.ask('{ me { displayName lastActiveAt } }', { token });
    expect(body.data.me).toEqual({ displayName: 'Alone', lastActiveAt: expect.any(String) });
    expect(control.calls().profile).toBe(1);
  });

  it('are all dropped by signing out', async () => {
    const token = await tokenOf('owner');
    await see(token);
    expect(
      (await test.ask('mutation { signOut { signedOut } }', { token })).body.data.signOut.signedOut,
    ).toBe(true);
    test.emulator.control.resetCalls();
    await see(token);
    // The members of the team, and its caller as one of them, are of one endpoint.
    expect(test.emulator.control.calls()).toMatchObject({
      profile: 1,
      teams: 1,
      'team-permissions': 1,
      'project-permissions': 1,
      'contact-channels': 1,
      'notification-preferences': 1,
      'member-profiles': 2,
    });
  });

  it('of a deleted user are gone at once, also while the provider fails', async () => {
    const { control } = test.emulator;
    const [token, other] = [await tokenOf('owner'), await tokenOf('owner')];
    const before = Object.entries((await see(other)).data.me);
    const cached = before.filter(([, value]) => value !== null).map(([field]) => field);
    const lists = ['teams', 'permissions', 'contactChannels', 'notificationPreferences'];
    expect(cached).toEqual(expect.arrayContaining(['displayName', ...lists]));
    const { body } = await test.ask('mutation { deleteMe { deleted } }', { token });
    expect(body.data.deleteMe.deleted).toBe(true);
    // The copies are of the other token: they are fresh for it.
    for (const each of [other, token]) {
      const { data, reasons } = await see(each);
      expect(new Set(reasons)).toEqual(new Set(['USER_GONE']));
      expect(Object.entries(data.me).filter(([, value]) => value !== null)).toEqual([]);
    }
    const again = (await test.ask('mutation { signOut { signedOut } }', { token })).body;
    expect(again.data.signOut).not.toBeUndefined();
    control.fail('all', { kind: 'status', status: 400, headers: { 'content-type': 'text/html' } });
    expect(new Set((await see(other)).reasons)).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  });
});

describe('copies after a mutation whose outcome is unknown', () => {
  it('show what the provider has done', async () => {
    const clock = createClock();
    const env = { PROFILE_CACHE_TTL: '3600', UPSTREAM_TIMEOUT: '3', UPSTREAM_CONCURRENCY: '200' };
    await using test = await startTestServer({ clock, env });
    const { control } = test.emulator;
    await using reference = await startTestServer({
      clock,
      env: { ...settingsOf(test.emulator), PROFILE_CACHE_TTL: '0' },
    });
    const see = async (token: string, server = test) => (await server.ask(VIEW, { token })).body;
    const asked = await Promise.all(
      CHANGING.map(async (each) => {
        const world = await createWorld(test.emulator);
        const token = (await world.tokenOf('owner')) ?? '';
        return { each, token, input: each.input?.(world, 'owner'), before: await see(token) };
      }),
    );
    const gates = [...new Set(Object.values(CHANGES))].map((endpoint) => control.hold(endpoint));
    await Promise.all(
      asked.map(async ({ each, token, input }) => {
        const { body } = await test.ask(documentOf(each), { token, ...(input && { variables: { input } }) });
        expect([each.title, answerOf(body, each.name)]).toEqual([each.title, 'UPSTREAM_UNAVAILABLE']);
      }),
    );
    for (const gate of gates) gate.release();
    // After the pauses that as many failures bring; one call finds that the provider is back.
    clock.advance(61_000);
    await test.ask('{ me { email } }', { token: asked[0]?.token ?? '' });
    for (const { each, token, before } of asked) {
      const now = await see(token);
      expect({ title: each.title, now }).toEqual({ title: each.title, now: await see(token, reference) });
      expect({ title: each.title, now }).not.toEqual({ title: each.title, now: before });
    }
  });
});

describe('the copies of others after a mutation whose outcome is unknown', () => {
  it.each<[string, Role, number]>([
    ['are kept where the caller is a stranger', 'stranger', 0],
    ['are dropped where the caller is known to be in the team', 'owner', 1],
  ])('%s', async (_what, caller, dropped) => {
    await using test = await startTestServer({ env: { UPSTREAM_CONCURRENCY: '200' }, clock: createClock() });
    for (const name of ['updateTeam', 'deleteTeam', 'removeTeamMember'] as const) {
      const world = await createWorld(test.emulator);
      const each = CASES.find((one) => one.name === name && !one.what && one.answers.owner === 'ok');
      const input = each?.input?.(world, 'owner');
      const token = await world.tokenOf(caller);
      const { accessToken: member } = await test.emulator.control.signIn(world.removable);
      if (!each || !token) throw new Error(`There is no case for ${name}`);
      const teams = async (of: string) => (await test.ask('{ me { teams { id } } }', { token: of })).body;
      await teams(token);
      const before = await teams(member);
      const heal = test.emulator.control.fail('change-teams', { kind: 'status', status: 500 });
      const healMembers = test.emulator.control.fail('change-members', { kind: 'status', status: 500 });
      const { body } = await test.ask(documentOf(each), { token, variables: { input } });
      expect([name, answerOf(body, name)]).toEqual([name, 'UPSTREAM_UNAVAILABLE']);
      heal();
      healMembers();
      test.emulator.control.resetCalls();
      expect(await teams(member)).toEqual(before);
      expect([name, test.emulator.control.calls().teams]).toEqual([name, dropped]);
    }
  });
});

describe('several mutations in one document', () => {
  it('show in each payload what is so after its own', async () => {
    await using test = await startTestServer({ env: { PROFILE_CACHE_TTL: '3600' } });
    const world = await createWorld(test.emulator);
    const token = (await world.tokenOf('owner')) ?? '';
    await test.ask(VIEW, { token });
    const me =
      'me { displayName selectedTeam { id } teams { displayName permissions } contactChannels { id } }';
    const { body } = await test.ask(
      `mutation($team: ID!, $channel: ID!) {
        first: updateMe(input: { displayName: "One" }) { ${me} }
        renamed: updateTeam(input: { id: $team, displayName: "Two" }) { team { displayName permissions } }
        second: updateMe(input: { selectedTeamId: $team }) { ${me} }
        created: createTeam(input: { displayName: "Three" }) { team { displayName permissions members { userId } } }
        left: leaveTeam(input: { id: $team }) { leftTeamId }
        removed: removeContactChannel(input: { id: $channel }) { removedContactChannelId }
        third: updateMe(input: { displayName: "Four" }) { ${me} }
      }`,
      { token, variables: { team: world.team, channel: world.channel } },
    );
    expect(body.errors).toBeUndefined();
    const { first, renamed, second, created, third } = body.data;
    const permissions = expect.arrayContaining(['$delete_team', 'team_admin']);
    expect(first.me).toMatchObject({
      displayName: 'One',
      selectedTeam: null,
      teams: [{ displayName: 'Team' }],
    });
    expect(renamed.team).toEqual({ displayName: 'Two', permissions });
    expect(second.me).toMatchObject({ selectedTeam: { id: world.team }, teams: [{ displayName: 'Two' }] });
    expect(created.team).toEqual({
      displayName: 'Three',
      permissions,
      members: [{ userId: world.users.owner }],
    });
    expect(third.me).toMatchObject({
      displayName: 'Four',
      selectedTeam: null,
      teams: [{ displayName: 'Three', permissions }],
      contactChannels: [{}],
    });
  });
});
