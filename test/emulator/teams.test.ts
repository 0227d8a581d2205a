import { describe, expect, it } from 'vitest';
import { callAs, callAsServer } from './call.ts';
import { fetchProfile, runEmulator } from './run.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('the seeded teams', () => {
  it('have the same ids, members and permissions at every start', async () => {
    const [one, other] = [await runEmulator(), await runEmulator()];
    expect([one.teams.navy.id, one.teams.engines.id]).toEqual([other.teams.navy.id, other.teams.engines.id]);
    const { ada, grace, linus } = one.people;
    expect(one.control.members(one.teams.navy.id)).toEqual([grace.id, ada.id, linus.id]);
    const call = await callAs(one, ada);
    const { body } = await call('GET', '/team-permissions?user_id=me');
    expect(body).toMatchObject({
      items: [
        { id: 'team_admin', team_id: one.teams.engines.id },
        { id: 'team_member', team_id: one.teams.navy.id },
      ],
    });
    const project = await call('GET', '/project-permissions?user_id=me&recursive=true');
    expect(project.body).toMatchObject({ items: [{ id: 'beta' }, { id: 'staff' }] });
  });
});

describe('a team', () => {
  it('that control creates is seen by its members alone', async () => {
    const emulator = await runEmulator();
    const { ada, grace, linus } = emulator.people;
    const { id } = emulator.control.createTeam({ displayName: 'Bletchley', creatorId: ada.id });
    emulator.control.addMember({ teamId: id, userId: grace.id });
    expect((await (await callAs(emulator, grace))('GET', `/teams/${id}`)).status).toBe(200);
    const stranger = await (await callAs(emulator, linus))('GET', `/teams/${id}`);
    const nowhere = await (await callAs(emulator, linus))('GET', `/teams/${UNKNOWN}`);
    expect([stranger.status, stranger.refusal]).toEqual([404, 'TEAM_MEMBERSHIP_NOT_FOUND']);
    expect([nowhere.status, nowhere.refusal]).toEqual([404, 'TEAM_MEMBERSHIP_NOT_FOUND']);
    emulator.control.removeMember({ teamId: id, userId: grace.id });
    expect((await (await callAs(emulator, grace))('GET', `/teams/${id}`)).status).toBe(404);
  });

  it('may be changed with the same token as soon as the permission is granted', async () => {
    const emulator = await runEmulator();
    const { linus } = emulator.people;
    const teamId = emulator.teams.navy.id;
    const call = await callAs(emulator, linus);
    const change = () => call('PATCH', `/teams/${teamId}`, { display_name: 'Fleet' });
    expect(await change()).toMatchObject({ status: 401, refusal: 'TEAM_PERMISSION_REQUIRED' });
    const grant = { userId: linus.id, teamId, permissionId: '$update_team' };
    emulator.control.grantPermission(grant);
    expect((await change()).status).toBe(200);
    emulator.control.revokePermission(grant);
    expect((await change()).refusal).toBe('TEAM_PERMISSION_REQUIRED');
  });

  it('takes its members, permissions, invitations, keys and selections with it', async () => {
    const emulator = await runEmulator();
    const { control, people, teams } = emulator;
    const teamId = teams.navy.id;
    const { code } = control.invite({ teamId, email: 'x@example.test' });
    const { value } = control.createApiKey({ type: 'team', ownerId: teamId, description: 'deploy' });
    control.deleteTeam(teamId);
    expect(control.members(teamId)).toEqual([]);
    expect(control.findUser(people.grace.id)?.selectedTeam).toBeNull();
    const call = await callAs(emulator, people.grace);
    const permissions = await call('GET', `/team-permissions?user_id=me&team_id=${teamId}`);
    expect(permissions.body).toMatchObject({ items: [] });
    const accepted = await call('POST', '/team-invitations/accept', { code });
    expect(accepted.refusal).toBe('VERIFICATION_CODE_NOT_FOUND');
    const check = await callAsServer(emulator)('POST', '/team-api-keys/check', { api_key: value });
    expect(check.refusal).toBe('API_KEY_NOT_FOUND');
  });

  it('that a member leaves is no longer selected', async () => {
    const { control, people, teams } = await runEmulator();
    control.removeMember({ teamId: teams.navy.id, userId: people.grace.id });
    control.addMember({ teamId: teams.navy.id, userId: people.grace.id });
    expect(control.findUser(people.grace.id)?.selectedTeam).toBeNull();
  });

  it('loses a deleted user, with the permissions and keys of that user', async () => {
    const emulator = await runEmulator();
    const { control, people, teams } = emulator;
    const { value } = control.createApiKey({ type: 'user', ownerId: people.ada.id, description: 'k' });
    control.deleteUser(people.ada.id);
    expect(control.members(teams.navy.id)).not.toContain(people.ada.id);
    const server = callAsServer(emulator);
    const permissions = await server('GET', `/team-permissions?user_id=${people.ada.id}`);
    expect(permissions.body).toMatchObject({ items: [] });
    expect((await server('POST', '/user-api-keys/check', { api_key: value })).status).toBe(404);
    expect((await server('GET', `/contact-channels?user_id=${people.ada.id}`)).body).toMatchObject({
      items: [],
    });
  });

  it('is created where a user selects it, and shown in the profile with its metadata', async () => {
    const emulator = await runEmulator();
    const selectedTeam = { id: UNKNOWN, displayName: 'New' };
    const { id, selectedTeam: selected } = emulator.control.createUser({ selectedTeam });
    expect(selected).toMatchObject(selectedTeam);
    emulator.control.updateTeam(UNKNOWN, { clientMetadata: { colour: 'red' } });
    const { accessToken } = await emulator.control.signIn(id);
    const profile = await (await fetchProfile(emulator, accessToken)).json();
    expect(profile.selected_team).toMatchObject({ id: UNKNOWN, client_metadata: { colour: 'red' } });
    expect(emulator.control.members(UNKNOWN)).toEqual([id]);
  });
});

describe('control', () => {
  it('refuses what concerns no user, team or permission', async () => {
    const { control, people, teams } = await runEmulator();
    const userId = people.radia.id;
    const teamId = teams.navy.id;
    expect(() => control.createTeam({ displayName: 'x', creatorId: UNKNOWN })).toThrow('no user');
    expect(() => control.addMember({ teamId, userId: UNKNOWN })).toThrow('no user');
    expect(() => control.addMember({ teamId: UNKNOWN, userId })).toThrow('no team');
    expect(() => control.updateTeam(UNKNOWN, {})).toThrow('no team');
    expect(() => control.grantPermission({ userId, teamId, permissionId: 'team_admin' })).toThrow(
      'not in team',
    );
    expect(() => control.grantPermission({ userId, permissionId: 'team_admin' })).toThrow('permission');
    expect(() => control.revokePermission({ userId, permissionId: 'beta' })).toThrow('not granted');
    expect(() => control.invite({ teamId: UNKNOWN, email: 'x@example.test' })).toThrow('no team');
    expect(() => control.createApiKey({ type: 'team', ownerId: userId, description: '' })).toThrow('no team');
    expect(() => control.addContactChannel({ userId: UNKNOWN, value: 'x@example.test' })).toThrow('no user');
  });

  it('contains permissions in others at any depth, also in a circle', async () => {
    const emulator = await runEmulator();
    const { ada } = emulator.people;
    emulator.control.definePermission({ id: 'a', scope: 'project', contains: ['b'] });
    emulator.control.definePermission({ id: 'b', scope: 'project', contains: ['c', 'a'] });
    emulator.control.definePermission({ id: 'c', scope: 'project' });
    emulator.control.grantPermission({ userId: ada.id, permissionId: 'a' });
    const { body } = await (await callAs(emulator, ada))(
      'GET',
      '/project-permissions?user_id=me&recursive=true',
    );
    expect(body).toMatchObject({
      items: [{ id: 'a' }, { id: 'b' }, { id: 'beta' }, { id: 'c' }, { id: 'staff' }],
    });
  });
});
