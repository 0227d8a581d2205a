import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { answerOf } from './proof.ts';

const REVOKE = `mutation ($teamId: ID!, $id: ID!) {
  revokeTeamInvitation(input: { teamId: $teamId, id: $id }) { revokedInvitationId errors { code } }
}`;

describe('an invitation of another team', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
  });
  beforeEach(() => test.emulator.control.heal());
  afterAll(() => test[Symbol.asyncDispose]());

  /** A member of a new team with these permissions, an invitation of that team, and one of another. */
  async function createMember(...permissions: readonly string[]) {
    const { control } = test.emulator;
    const { id: userId } = control.createUser();
    const [own, other] = [
      control.createTeam({ displayName: 'Own' }),
      control.createTeam({ displayName: 'Other' }),
    ];
    control.addMember({ teamId: own.id, userId });
    control.revokePermission({ userId, teamId: own.id, permissionId: 'team_member' });
    for (const permissionId of permissions) control.grantPermission({ userId, teamId: own.id, permissionId });
    const email = 'invited@example.test';
    const token = await control.mintToken({ userId });
    const invited = {
      own: control.invite({ teamId: own.id, email }),
      other: control.invite({ teamId: other.id, email }),
    };
    const isOpen = () => JSON.stringify(control.state()[`team ${other.id}`]).includes(invited.other.id);
    control.resetCalls();
    const revoke = async (id: string) => {
      const { body } = await test.ask(REVOKE, { token, variables: { teamId: own.id, id } });
      return answerOf(body, 'revokeTeamInvitation');
    };
    return { revoke, invited, isOpen };
  }

  it('is not revoked by way of a team whose invitations the caller may read', async () => {
    const { revoke, invited, isOpen } = await createMember(
      '$remove_members',
      '$read_members',
      '$invite_members',
    );
    expect(await revoke(invited.other.id)).toBe('NOT_FOUND');
    expect(test.emulator.control.calls()['change-invitations']).toBe(0);
    expect(isOpen()).toBe(true);
    expect(await revoke(invited.own.id)).toBe('ok');
  });

  it('is not revoked while the list of invitations cannot be read', async () => {
    const { revoke, invited, isOpen } = await createMember(
      '$remove_members',
      '$read_members',
      '$invite_members',
    );
    test.emulator.control.fail('invitations', { kind: 'status', status: 500 });
    expect(await revoke(invited.other.id)).toBe('UPSTREAM_UNAVAILABLE');
    expect(isOpen()).toBe(true);
  });

  it('is left to the provider where the caller may revoke and not read, as SECURITY.md says', async () => {
    const { revoke, invited } = await createMember('$remove_members');
    expect(await revoke(invited.own.id)).toBe('ok');
  });
});
