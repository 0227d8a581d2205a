// Acceptance of invitations to teams.
import { Hono } from 'hono';
import { z } from 'zod';
import { requireSignedIn, resolveUserId, userIdOrMe, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { checkRequest, requireUser } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { addMember } from '../team-changes.ts';
import type { EmulatedUser } from '../user.ts';
import { parsePart } from '../validation.ts';
import { noCode } from '../verification-codes.ts';

/** Invitations accepted by code, by whomever, or by id with the invited address (identity contract 2.5). */
export function invitationAcceptanceRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.post('/team-invitations/accept/check-code', async (c) => {
    const { project, body } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    project.invitations.check(readCode(c, body));
    return c.json({ is_code_valid: true });
  });

  routes.post('/team-invitations/accept/details', async (c) => {
    const { project, body } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { teamId } = project.invitations.check(readCode(c, body)).data;
    return c.json({ team_id: teamId, team_display_name: project.teams.find(teamId)?.displayName ?? '' });
  });

  // The code is used up before the caller is looked at, as at the provider (M 621-623).
  routes.post('/team-invitations/accept', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { teamId } = checked.project.invitations.use(readCode(c, checked.body)).data;
    const user = requireSignedIn(checked);
    requireUnrestricted(user);
    addMember(checked.project, { teamId, userId: user.id });
    return c.json({});
  });

  routes.post('/team-invitations/:invitationId/accept', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project, accessType } = checked;
    const value = { id: c.req.param('invitationId') };
    const { id } = parsePart(c, 'params', { schema: z.object({ id: uuid }), value });
    const query = parsePart(c, 'query', {
      schema: z.strictObject({ user_id: userIdOrMe }),
      value: c.req.query(),
    });
    const userId = resolveUserId(checked, query.user_id);
    if (accessType === 'client')
      requireUnrestricted(requireUser({ ...checked, user: ownUser(checked.user, userId) }));
    const invitation = project.invitations.open().find((each) => each.id === id);
    const isInvited = project.contactChannels
      .of(userId)
      .some((channel) => channel.isVerified && channel.value === invitation?.data.email.toLowerCase());
    if (!invitation || !isInvited) throw noCode();
    project.invitations.close((each) => each.id === id);
    addMember(project, { teamId: invitation.data.teamId, userId });
    return c.json({});
  });

  return routes;
}

// Another user than the caller counts as none (M 629).
function ownUser(user: EmulatedUser | undefined, userId: string): EmulatedUser | undefined {
  return user?.id === userId ? user : undefined;
}

function readCode(c: EmulatorContext, body: unknown): string {
  return parsePart(c, 'body', { schema: z.strictObject({ code: z.string() }), value: body }).code;
}

function requireUnrestricted({ restrictedReason }: EmulatedUser): void {
  if (restrictedReason === null) return;
  throw new KnownError(
    'TEAM_INVITATION_RESTRICTED_USER_NOT_ALLOWED',
    `Restricted users cannot accept team invitations. Reason: ${restrictedReason}.`,
    { restricted_reason: { type: restrictedReason } },
  );
}
