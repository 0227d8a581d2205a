// `inviteToTeam`, `revokeTeamInvitation` and `acceptTeamInvitation`.
import { checkEmail, checkedId, checkId } from '../../graph/mutations/input-checks.ts';
import type { AddMutation, SendCall } from '../../graph/mutations/mutation.ts';
import { successField } from '../../graph/mutations/success-field.ts';
import { type UserError, userError } from '../../graph/mutations/user-error.ts';
import {
  acceptInvitation,
  acceptInvitationByCode,
  inviteToTeam,
  listSentInvitations,
  revokeInvitation,
} from '../../provider/invitations.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import type { Uuid } from '../../provider/uuid.ts';
import type { Changes } from '../../request/changes.ts';
import { COPIES_OF_TEAMS } from './copies-of-teams.ts';
import { isServerError, withValue } from './done.ts';

/** Adds the three. */
export function addInvitationMutations(add: AddMutation): void {
  add({
    name: 'inviteToTeam',
    description: 'Sends an invitation by e-mail. The provider asks `$invite_members`.',
    scope: 'authenticated',
    input: (t) => ({
      teamId: t.id({ required: true, description: 'The team.' }),
      email: t.string({ required: true, description: 'Where to send it.' }),
      callbackUrl: t.string({
        required: true,
        description: 'Where the link in the e-mail leads, with a `code`. The project must trust its host.',
      }),
    }),
    check: (input) => checkId(input.teamId, 'NOT_A_TEAM_MEMBER') ?? checkEmail(input, 'email'),
    send: ({ teamId, email, callbackUrl }, send) =>
      send(inviteToTeam({ teamId: checkedId(teamId), email, callbackUrl })),
    touches: () => ({}),
    about: ({ teamId }, value) => ({ target: value?.invitationId, team: teamId }),
    payload: (t) => ({
      sent: successField(t, 'Whether the e-mail was sent.'),
      invitationId: t.id({
        nullable: true,
        description: 'The invitation.',
        resolve: ({ value }) => value?.invitationId,
      }),
    }),
  });

  add({
    name: 'revokeTeamInvitation',
    description: 'Revokes an invitation of a team. The provider asks `$remove_members`.',
    scope: 'authenticated',
    input: (t) => ({
      teamId: t.id({ required: true, description: 'The team that has sent it.' }),
      id: t.id({ required: true, description: 'The invitation.' }),
    }),
    check: ({ teamId, id }) => checkId(teamId, 'NOT_A_TEAM_MEMBER') ?? checkId(id),
    send: ({ teamId, id }, send, { changes }) =>
      revoke({ teamId: checkedId(teamId), id: checkedId(id) }, send, changes),
    touches: () => ({}),
    about: ({ teamId, id }) => ({ target: id, team: teamId }),
    payload: (t) => ({
      revokedInvitationId: t.exposeID('value', {
        nullable: true,
        description: 'The invitation that was revoked.',
      }),
    }),
  });

  add({
    name: 'acceptTeamInvitation',
    description:
      'Accepts an invitation to a verified address of the caller by its `id`, or any by the `code` of its e-mail. Exactly one of them is given.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ description: 'An invitation of `me { teamInvitations }`.' }),
      code: t.string({ description: 'The `code` of the link in the e-mail. An attempt uses it up.' }),
    }),
    // The provider uses a code up before it refuses the caller.
    check: ({ id, code }, { user }) => {
      if (user.isRestricted) return userError('INVITATION_NOT_FOR_RESTRICTED_USERS');
      if ((id == null) === (code == null)) {
        return userError('INVALID_INPUT', undefined, 'Exactly one of id and code must be given');
      }
      return checkId(id, 'INVITATION_NOT_FOUND');
    },
    send: async ({ id, code }, send) => {
      const call = id == null ? acceptInvitationByCode(code ?? '') : acceptInvitation(checkedId(id));
      return withValue(await send(call), true);
    },
    touches: () => ({ own: COPIES_OF_TEAMS }),
    // A code is a secret.
    about: ({ id }) => ({ target: id }),
    payload: (t) => ({
      accepted: successField(t, 'Whether the caller is a member now.'),
    }),
  });
}

/**
 * The provider compares the team with the permission, but not with the invitation: with a permission in one team, the
 * invitation of another could be revoked. Where the caller may read the team's invitations, it must be one of them. A caller
 * who may not read them has what rights the provider gives.
 */
async function revoke(
  { teamId, id }: { readonly teamId: Uuid; readonly id: Uuid },
  send: SendCall,
  changes: Changes,
): Promise<Outcome<Uuid> | UserError> {
  const isOpen = async () => {
    const listed = await changes.read(listSentInvitations(teamId));
    return listed.kind === 'ok' ? listed.value.some((invitation) => invitation.id === id) : listed;
  };
  const open = await isOpen();
  if (open === false) return userError('NOT_FOUND');
  if (open !== true && open.kind !== 'forbidden') return open;
  const outcome = await send(revokeInvitation(teamId, id));
  // It may have been revoked in the meantime.
  if (isServerError(outcome) && (await isOpen()) === false) return userError('NOT_FOUND');
  return withValue(outcome, id);
}
