import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptInvitation,
  acceptInvitationByCode,
  inviteToTeam,
  listReceivedInvitations,
  listSentInvitations,
  revokeInvitation,
} from '../../src/provider/invitations.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

const CALLBACK = 'http://localhost:3000/joined';
const UNKNOWN = idOf({ id: '00000000-0000-4000-8000-000000000000' });

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

function createTeam() {
  const { control, people } = test.emulator;
  return idOf(control.createTeam({ displayName: 'Engines', creatorId: people.ada.id }));
}

describe('invitations', () => {
  it('are sent, listed at both ends and accepted by id', async () => {
    const teamId = createTeam();
    const [ada, linus] = [await test.as('ada'), await test.as('grace')];
    const sent = inviteToTeam({ teamId, email: 'grace@example.test', callbackUrl: CALLBACK });
    const { invitationId } = await okOf(ada(sent));
    const expected = {
      id: invitationId,
      teamId,
      teamDisplayName: 'Engines',
      recipientEmail: 'grace@example.test',
      expiresAt: expect.any(Date),
    };
    expect(await okOf(ada(listSentInvitations(teamId)))).toStrictEqual([expected]);
    expect(await okOf(linus(listReceivedInvitations))).toStrictEqual([expected]);
    expect(await okOf(ada(listReceivedInvitations))).toEqual([]);
    expect(await linus(listSentInvitations(teamId))).toMatchObject({ code: 'NOT_A_TEAM_MEMBER' });
    const id = invitationId ?? UNKNOWN;
    expect(await ada(acceptInvitation(id))).toMatchObject({ code: 'INVITATION_NOT_FOUND' });
    expect(await linus(acceptInvitation(id))).toMatchObject({ kind: 'ok' });
    expect(await linus(acceptInvitation(id))).toMatchObject({ code: 'INVITATION_NOT_FOUND' });
    expect(test.emulator.control.members(teamId)).toContain(test.emulator.people.grace.id);
  });

  it('are accepted by code, once', async () => {
    const { code } = test.emulator.control.invite({ teamId: createTeam(), email: 'x@example.test' });
    const ask = await test.as('linus');
    expect(await ask(acceptInvitationByCode(code))).toMatchObject({ kind: 'ok' });
    expect(await ask(acceptInvitationByCode(code))).toMatchObject({ code: 'CODE_ALREADY_USED' });
    expect(await ask(acceptInvitationByCode('nonsense'))).toMatchObject({ code: 'CODE_INVALID' });
  });

  it('are not for restricted users, for whom a code is used up all the same', async () => {
    const { code } = test.emulator.control.invite({ teamId: createTeam(), email: 'x@example.test' });
    const refused = await (await test.as('radia'))(acceptInvitationByCode(code));
    expect(refused).toMatchObject({ code: 'INVITATION_NOT_FOR_RESTRICTED_USERS' });
    const second = await (await test.as('linus'))(acceptInvitationByCode(code));
    expect(second).toMatchObject({ code: 'CODE_ALREADY_USED' });
  });

  it('are revoked by members with the permission; the provider fails where one was revoked before', async () => {
    const { control, people } = test.emulator;
    const teamId = createTeam();
    control.addMember({ teamId, userId: people.grace.id });
    const id = idOf(control.invite({ teamId, email: 'x@example.test' }));
    const revoke = revokeInvitation(teamId, id);
    const [ada, grace] = [await test.as('ada'), await test.as('grace')];
    expect(await grace(revoke)).toEqual({ kind: 'forbidden', reason: 'TEAM_PERMISSION_REQUIRED' });
    expect(await ada(revoke)).toMatchObject({ kind: 'ok' });
    expect(await okOf(ada(listSentInvitations(teamId)))).toEqual([]);
    expect(await ada(revoke)).toMatchObject({ kind: 'unavailable' });
  });

  it('lead to trusted hosts alone', async () => {
    const call = inviteToTeam({
      teamId: createTeam(),
      email: 'x@example.test',
      callbackUrl: 'https://evil.test/',
    });
    expect(await (await test.as('ada'))(call)).toMatchObject({ code: 'REDIRECT_URL_NOT_TRUSTED' });
  });
});
