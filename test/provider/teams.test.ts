import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  leaveTeam,
  listMembers,
  readMemberProfile,
  removeMember,
  updateMemberProfile,
} from '../../src/provider/team-members.ts';
import { createTeam, deleteTeam, listTeams, updateTeam } from '../../src/provider/teams.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

const NEEDS_PERMISSION = { kind: 'forbidden', reason: 'TEAM_PERMISSION_REQUIRED' };
const NO_MEMBER = { kind: 'rejected', code: 'NOT_A_TEAM_MEMBER' };
const IMAGE = `data:image/png;base64,${Buffer.from('png').toString('base64')}`;

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

/** A team of Ada's with Grace in it. */
function setUp() {
  const { control, people } = test.emulator;
  const team = control.createTeam({ displayName: 'Engines', creatorId: people.ada.id });
  control.addMember({ teamId: team.id, userId: people.grace.id });
  return { id: idOf(team), control, ada: idOf(people.ada), grace: idOf(people.grace) };
}

describe('teams', () => {
  it('are those of the caller, without what the provider tells to servers alone', async () => {
    const { control } = test.emulator;
    const user = control.createUser();
    const set = { profileImageUrl: 'https://images.example.test/a.png', clientMetadata: { a: 1 } };
    const team = control.createTeam({
      displayName: 'A',
      creatorId: user.id,
      ...set,
      serverMetadata: { b: 2 },
    });
    const ask = await test.as(user);
    expect(await okOf(ask(listTeams))).toStrictEqual([
      {
        id: team.id,
        displayName: 'A',
        profileImageUrl: set.profileImageUrl,
        clientMetadata: { json: '{"a":1}' },
        clientReadOnlyMetadata: undefined,
      },
    ]);
    expect(await okOf((await test.as('guest'))(listTeams))).toEqual([]);
  });

  it('are created by the caller, who becomes a member', async () => {
    const ask = await test.as('linus');
    const team = await okOf(ask(createTeam({ displayName: 'Kernel', clientMetadata: { a: 1 } })));
    expect(team).toMatchObject({ displayName: 'Kernel', clientMetadata: { json: '{"a":1}' } });
    expect(test.emulator.control.members(team.id)).toEqual([test.emulator.people.linus.id]);
  });

  it('are not created where the project has switched that off', async () => {
    test.emulator.control.updateProject({ clientTeamCreation: false });
    const created = await (await test.as('linus'))(createTeam({ displayName: 'Kernel' }));
    test.emulator.control.updateProject({ clientTeamCreation: true });
    expect(created).toMatchObject({ kind: 'rejected', code: 'FEATURE_DISABLED' });
  });

  it('are changed in the given fields alone, by members with the permission', async () => {
    const { id, control } = setUp();
    control.updateTeam(id, { clientMetadata: { kept: true } });
    const ask = await test.as('ada');
    expect(await okOf(ask(updateTeam(id, { displayName: 'New' })))).toMatchObject({
      displayName: 'New',
      clientMetadata: { json: '{"kept":true}' },
    });
    expect(await okOf(ask(updateTeam(id, { clientMetadata: null })))).toMatchObject({
      displayName: 'New',
      clientMetadata: undefined,
    });
    expect(await (await test.as('grace'))(updateTeam(id, { displayName: 'Mine' }))).toEqual(NEEDS_PERMISSION);
    expect(await (await test.as('linus'))(updateTeam(id, { displayName: 'Mine' }))).toMatchObject(NO_MEMBER);
    expect(await ask(updateTeam(id, { profileImageUrl: 'https://a.test/a.png' }))).toMatchObject({
      kind: 'rejected',
      code: 'INVALID_INPUT',
      field: 'profile_image_url',
    });
    expect(control.findTeam(id)?.displayName).toBe('New');
  });

  it('are deleted by members with the permission', async () => {
    const { id, control } = setUp();
    expect(await (await test.as('grace'))(deleteTeam(id))).toEqual(NEEDS_PERMISSION);
    const ask = await test.as('ada');
    expect(await ask(deleteTeam(id))).toEqual({ kind: 'ok', value: undefined });
    expect(control.findTeam(id)).toBeUndefined();
    expect(await ask(deleteTeam(id))).toMatchObject(NO_MEMBER);
  });
});

describe('members', () => {
  it('are told to members with the permission, without e-mail addresses', async () => {
    const { id, ada, grace } = setUp();
    const [adaAsks, linusAsks] = [await test.as('ada'), await test.as('linus')];
    expect(await okOf(adaAsks(listMembers(id)))).toStrictEqual([
      { teamId: id, userId: ada, displayName: 'Ada Lovelace', profileImageUrl: expect.any(String) },
      { teamId: id, userId: grace, displayName: 'Grace Hopper', profileImageUrl: expect.any(String) },
    ]);
    expect(await linusAsks(listMembers(id))).toMatchObject(NO_MEMBER);
  });

  it('are not told to members without the permission', async () => {
    const { id, control, grace } = setUp();
    control.revokePermission({ teamId: id, userId: grace, permissionId: 'team_member' });
    expect(await (await test.as('grace'))(listMembers(id))).toEqual(NEEDS_PERMISSION);
  });

  it('have a profile of their own in the team, which they change', async () => {
    const { id } = setUp();
    const ask = await test.as('grace');
    expect(await okOf(ask(readMemberProfile(id)))).toMatchObject({ displayName: 'Grace Hopper' });
    expect(await okOf(ask(updateMemberProfile(id, { displayName: 'Amazing Grace' })))).toMatchObject({
      displayName: 'Amazing Grace',
    });
    expect(await ask(updateMemberProfile(id, { profileImageUrl: IMAGE }))).toMatchObject({ kind: 'ok' });
    expect(await okOf(ask(readMemberProfile(id)))).toMatchObject({ displayName: 'Amazing Grace' });
    expect(await (await test.as('linus'))(readMemberProfile(id))).toMatchObject(NO_MEMBER);
  });

  it('leave, and are removed by members with the permission', async () => {
    const { id, control, ada, grace } = setUp();
    const [adaAsks, graceAsks] = [await test.as('ada'), await test.as('grace')];
    expect(await graceAsks(removeMember(id, ada))).toEqual(NEEDS_PERMISSION);
    expect(await adaAsks(removeMember(id, grace))).toMatchObject({ kind: 'ok' });
    expect(control.members(id)).toEqual([ada]);
    expect(await graceAsks(leaveTeam(id))).toMatchObject(NO_MEMBER);
    expect(await adaAsks(leaveTeam(id))).toMatchObject({ kind: 'ok' });
    expect(control.members(id)).toEqual([]);
  });
});

describe('an answer about others', () => {
  it.each<[string, object]>([
    ['another team', { team_id: '6fc0d580-48d1-4f83-aeb9-1f6f7578388d' }],
    ['another user', { user_id: '6fc0d580-48d1-4f83-aeb9-1f6f7578388d' }],
  ])('is not read: %s', async (_what, change) => {
    const { id, ada } = setUp();
    const body = JSON.stringify({ team_id: id, user_id: ada, display_name: 'x', ...change });
    test.emulator.control.fail('member-profiles', { kind: 'body', body });
    expect(await (await test.as('ada'))(readMemberProfile(id))).toMatchObject({ kind: 'unavailable' });
    test.emulator.control.heal();
  });
});
