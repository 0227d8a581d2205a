import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listProjectPermissions, listTeamPermissions } from '../../src/provider/permissions.ts';
import { type AskedProvider, okOf, startAskedProvider } from '../support/ask-provider.ts';

const OTHER = '6fc0d580-48d1-4f83-aeb9-1f6f7578388d';

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('permissions', () => {
  it('in the project are sorted and include contained ones', async () => {
    expect(await okOf((await test.as('ada'))(listProjectPermissions))).toEqual(['beta', 'staff']);
    expect(await okOf((await test.as('guest'))(listProjectPermissions))).toEqual([]);
  });

  it('in all teams come by one call', async () => {
    const { engines, navy } = test.emulator.teams;
    test.emulator.control.resetCalls();
    const permissions = await okOf((await test.as('ada'))(listTeamPermissions));
    expect([...permissions.keys()].sort()).toEqual([engines.id, navy.id].sort());
    expect(permissions.get(navy.id)).toEqual(['$invite_members', '$read_members', 'team_member']);
    expect(permissions.get(engines.id)).toEqual(
      [
        'team_admin',
        '$delete_team',
        '$invite_members',
        '$manage_api_keys',
        '$read_members',
        '$remove_members',
      ]
        .concat('$update_team')
        .sort(),
    );
    expect(test.emulator.control.calls()).toMatchObject({ 'team-permissions': 1, total: 1 });
  });

  it.each([
    ['team-permissions', listTeamPermissions],
    ['project-permissions', listProjectPermissions],
  ] as const)('of another user are not read: %s', async (endpoint, call) => {
    const items = [{ id: 'staff', user_id: OTHER, team_id: OTHER }];
    const heal = test.emulator.control.fail(endpoint, { kind: 'body', body: JSON.stringify({ items }) });
    expect(await (await test.as('grace'))(call as typeof listTeamPermissions)).toMatchObject({
      kind: 'unavailable',
    });
    heal();
  });

  it('are each told once', async () => {
    const { ada } = test.emulator.people;
    const items = ['b', 'a', 'b'].map((id) => ({ id, user_id: ada.id }));
    const heal = test.emulator.control.fail('project-permissions', {
      kind: 'body',
      body: JSON.stringify({ items }),
    });
    expect(await okOf((await test.as('ada'))(listProjectPermissions))).toEqual(['a', 'b']);
    heal();
  });
});
