// Invitations to teams: sent, listed and revoked.
import { Hono } from 'hono';
import { z } from 'zod';
import {
  plainRefusal,
  requireMembership,
  requireOwn,
  requireSignedIn,
  requireTeam,
  requireTeamPermission,
  resolveUserId,
  unexpected,
  userIdOrMe,
  uuid,
} from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { requireTrustedUrl } from '../callback-url.ts';
import { type CheckedRequest, checkRequest, requireUser } from '../checks.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

const newInvitation = z.strictObject({ team_id: uuid, email: z.email(), callback_url: z.url() });
const listQuery = z.strictObject({ team_id: uuid.exactOptional(), user_id: userIdOrMe.exactOptional() });
const revocationQuery = z.strictObject({
  team_id: uuid.exactOptional(),
  user_id: userIdOrMe.exactOptional(),
});

/** Invitations by e-mail; the code is only in the e-mail (identity contract 2.5). */
export function teamInvitationRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.post('/team-invitations/send-code', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project, accessType, body } = checked;
    const given = parsePart(c, 'body', { schema: newInvitation, value: body });
    const { team_id: teamId, email } = given;
    if (accessType === 'client') {
      const userId = requireSignedIn(checked).id;
      requireTeamPermission(project, { teamId, userId, permissionId: '$invite_members' });
    }
    requireTrustedUrl(project, given.callback_url);
    if (!project.teams.find(teamId)) throw unexpected();
    const { id, code } = project.invitations.create({ teamId, email });
    project.emails.send({ kind: 'team-invitation', to: email, code, callbackUrl: given.callback_url });
    return c.json({ success: true, id });
  });

  routes.get('/team-invitations', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const query = parsePart(c, 'query', { schema: listQuery, value: c.req.query() });
    const { team_id: teamId } = query;
    const userId = resolveUserId(checked, query.user_id);
    if (teamId !== undefined && userId !== undefined)
      throw plainRefusal(400, 'Cannot specify both team_id and user_id');
    if (userId !== undefined) return c.json({ items: listReceived(checked, userId), is_paginated: false });
    if (teamId === undefined) throw plainRefusal(400, 'Must specify either team_id or user_id');
    return c.json({ items: listSent(checked, teamId), is_paginated: false });
  });

  // The team decides on the permission; whether the invitation is one of the team is not compared.
  routes.delete('/team-invitations/:invitationId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project } = checked;
    const value = { id: c.req.param('invitationId') };
    const { id } = parsePart(c, 'params', { schema: z.object({ id: uuid }), value });
    const { team_id: teamId } = parsePart(c, 'query', { schema: revocationQuery, value: c.req.query() });
    if (teamId === undefined) throw plainRefusal(400, 'team_id is required for deleting a team invitation');
    if (checked.accessType === 'client') {
      const userId = requireUser(checked).id;
      requireTeamPermission(project, { teamId, userId, permissionId: '$remove_members' });
    } else requireTeam(project, teamId);
    if (!project.invitations.open().some((each) => each.id === id)) throw unexpected();
    project.invitations.revoke((each) => each.id === id);
    return c.json({ success: true });
  });

  return routes;
}

// To the verified addresses of a user.
function listReceived(checked: CheckedRequest, userId: string) {
  requireOwn(checked, userId, 'Client can only list team invitations for their own user.');
  const channels = checked.project.contactChannels.of(userId).filter(({ isVerified }) => isVerified);
  const addresses = new Set(channels.map(({ value }) => value));
  return readInvitations(checked).filter(({ recipient_email }) =>
    addresses.has(recipient_email.toLowerCase()),
  );
}

function listSent(checked: CheckedRequest, teamId: string) {
  const { project } = checked;
  if (checked.accessType === 'client') {
    const userId = requireUser(checked).id;
    requireMembership(project, { teamId, userId });
    for (const permissionId of ['$read_members', '$invite_members'])
      requireTeamPermission(project, { teamId, userId, permissionId });
  } else requireTeam(project, teamId);
  return readInvitations(checked).filter(({ team_id }) => team_id === teamId);
}

function readInvitations({ project }: CheckedRequest) {
  return project.invitations.open().map(({ id, data, expiresAt }) => ({
    id,
    team_id: data.teamId,
    team_display_name: project.teams.find(data.teamId)?.displayName ?? '',
    expires_at_millis: expiresAt,
    recipient_email: data.email,
  }));
}
