// Invitations to teams, sent and received (contract, IDENTITY 2.5).
import { z } from 'zod';
import { address, listed, optionalTime, text } from './bounded.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** An invitation that can still be accepted. Its code is only in the e-mail. */
export interface TeamInvitation {
  readonly id: Uuid;
  readonly teamId: Uuid;
  readonly teamDisplayName: string | undefined;
  readonly recipientEmail: string | undefined;
  readonly expiresAt: Date | undefined;
}

/** Whom to invite. The link in the e-mail leads to `callbackUrl`. */
export interface NewInvitation {
  readonly teamId: Uuid;
  readonly email: string;
  readonly callbackUrl: string;
}

/** Invitations of one team, or to one user. Further ones are left out. */
export const MAX_INVITATIONS = 1_000;

const invitations = listed(
  z
    .object({
      id: uuid,
      team_id: uuid,
      team_display_name: text,
      recipient_email: address,
      expires_at_millis: optionalTime,
    })
    .transform(
      (invitation): TeamInvitation => ({
        id: invitation.id,
        teamId: invitation.team_id,
        teamDisplayName: invitation.team_display_name,
        recipientEmail: invitation.recipient_email,
        expiresAt: invitation.expires_at_millis,
      }),
    ),
  MAX_INVITATIONS,
);

/** The invitations to the caller's verified addresses. */
export const listReceivedInvitations: ProviderCall<readonly TeamInvitation[]> = {
  name: 'received-invitations',
  method: 'GET',
  path: path`/team-invitations?user_id=me`,
  access: 'client',
  parse: (body) => invitations.parse(body),
};

/** The open invitations of a team. The provider asks `$read_members` and `$invite_members`. */
export function listSentInvitations(teamId: Uuid): ProviderCall<readonly TeamInvitation[]> {
  return {
    name: 'sent-invitations',
    method: 'GET',
    path: path`/team-invitations?team_id=${teamId}`,
    access: 'client',
    parse: (body) => {
      const sent = invitations.parse(body);
      if (sent.every((invitation) => invitation.teamId === teamId)) return sent;
      throw new Error('An invitation is one of another team');
    },
  };
}

const sentSchema = z
  .object({ id: uuid.nullish() })
  .transform(({ id }) => ({ invitationId: id ?? undefined }));

/** Invites by e-mail. The provider asks `$invite_members`. */
export function inviteToTeam({
  teamId,
  email,
  callbackUrl,
}: NewInvitation): ProviderCall<{ readonly invitationId: Uuid | undefined }> {
  return {
    name: 'invite-to-team',
    method: 'POST',
    path: path`/team-invitations/send-code`,
    access: 'client',
    body: { team_id: teamId, email, callback_url: callbackUrl },
    parse: (body) => sentSchema.parse(body),
  };
}

/** Revokes an invitation. The provider asks `$remove_members`, and answers 500 where it was revoked before. */
export function revokeInvitation(teamId: Uuid, id: Uuid): ProviderCall<undefined> {
  return {
    name: 'revoke-invitation',
    method: 'DELETE',
    path: path`/team-invitations/${id}?team_id=${teamId}`,
    access: 'client',
    ambiguous500: true,
    parse: () => undefined,
  };
}

/** Accepts an invitation to a verified address of the caller. */
export function acceptInvitation(id: Uuid): ProviderCall<undefined> {
  return {
    name: 'accept-invitation',
    method: 'POST',
    path: path`/team-invitations/${id}/accept?user_id=me`,
    access: 'client',
    body: {},
    parse: () => undefined,
  };
}

/** Accepts the invitation of a code, which is used up even where the provider refuses the caller. */
export function acceptInvitationByCode(code: string): ProviderCall<undefined> {
  return {
    name: 'accept-invitation',
    method: 'POST',
    path: path`/team-invitations/accept`,
    access: 'client',
    body: { code },
    parse: () => undefined,
  };
}
