import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteMe, updateMe } from '../../src/provider/profile.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('the profile of the caller', () => {
  it('is changed in the given fields alone, and answered without what only a server reads', async () => {
    const { control, people, teams } = test.emulator;
    const ask = await test.as('ada');
    const changed = await okOf(ask(updateMe({ displayName: 'Countess', selectedTeamId: idOf(teams.navy) })));
    expect(changed).toMatchObject({
      id: people.ada.id,
      displayName: 'Countess',
      email: 'ada@example.test',
      clientMetadata: { json: '{"theme":"dark"}' },
      selectedTeam: { id: teams.navy.id, displayName: 'Navy' },
    });
    expect(changed).not.toHaveProperty('lastActiveAt');
    const cleared = updateMe({ displayName: null, clientMetadata: null, selectedTeamId: null });
    expect(await okOf(ask(cleared))).toMatchObject({
      displayName: undefined,
      clientMetadata: undefined,
      selectedTeam: undefined,
      profileImageUrl: people.ada.profileImageUrl,
    });
    expect(control.findUser(people.grace.id)?.displayName).toBe('Grace Hopper');
  });

  it.each([
    [
      'a team that the caller is not in',
      { selectedTeamId: '00000000-0000-4000-8000-000000000000' },
      'NOT_A_TEAM_MEMBER',
      undefined,
    ],
    ['an image by URL', { profileImageUrl: 'https://a.test/a.png' }, 'INVALID_INPUT', 'profile_image_url'],
    ['a name of 257 characters', { displayName: 'x'.repeat(257) }, 'INVALID_INPUT', 'display_name'],
  ] as const)('does not take %s', async (_what, change, code, field) => {
    const { selectedTeamId, ...rest } = { selectedTeamId: undefined, ...change };
    const id = selectedTeamId === undefined ? {} : { selectedTeamId: idOf({ id: selectedTeamId }) };
    const outcome = await (await test.as('grace'))(updateMe({ ...rest, ...id }));
    expect(outcome).toEqual({ kind: 'rejected', code, ...(field && { field }) });
  });

  it('is deleted where the project permits it, and is gone then', async () => {
    const { control } = test.emulator;
    const ask = await test.as(control.createUser());
    control.updateProject({ clientUserDeletion: false });
    expect(await ask(deleteMe)).toMatchObject({ kind: 'rejected', code: 'FEATURE_DISABLED' });
    control.updateProject({ clientUserDeletion: true });
    expect(await ask(deleteMe)).toEqual({ kind: 'ok', value: undefined });
    expect(await ask(deleteMe)).toEqual({ kind: 'gone' });
    expect(await ask(updateMe({ displayName: 'Ghost' }))).toEqual({ kind: 'gone' });
  });
});
