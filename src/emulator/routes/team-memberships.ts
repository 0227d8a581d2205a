// Memberships of teams.
import { Hono } from 'hono';
import { z } from 'zod';
import {
  requireExistingUser,
  requireMembership,
  requireTeam,
  requireTeamPermission,
  resolveUserId,
  userIdOrMe,
  uuid,
} from '../access.ts';
import { ALL_ACCESS_TYPES, SERVER_OR_ADMIN } from '../access-type.ts';
import { type CheckedRequest, checkRequest, requireUser } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { MemberKey } from '../memberships.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { addMember, removeMember } from '../team-changes.ts';
import { parsePart } from '../validation.ts';

/** Memberships: added by a server, removed by a server, by the member, or with `$remove_members` (identity contract 2.3). */
export function teamMembershipRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.post('/team-memberships/:teamId/:userId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const { project } = checked;
    const { teamId, userId } = readMember(c, checked);
    parsePart(c, 'body', { schema: z.strictObject({}), value: checked.body });
    requireExistingUser(project, userId);
    requireTeam(project, teamId);
    if (project.memberships.find({ teamId, userId }))
      throw new KnownError('TEAM_MEMBERSHIP_ALREADY_EXISTS', 'Team membership already exists.');
    addMember(project, { teamId, userId });
    return c.json({ team_id: teamId, user_id: userId }, 201);
  });

  routes.delete('/team-memberships/:teamId/:userId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project, accessType } = checked;
    const { teamId, userId } = readMember(c, checked);
    const callerId = accessType === 'client' ? requireUser(checked).id : userId;
    if (callerId !== userId)
      requireTeamPermission(project, { teamId, userId: callerId, permissionId: '$remove_members' });
    requireMembership(project, { teamId, userId });
    removeMember(project, { teamId, userId });
    return c.json({ success: true });
  });

  return routes;
}

/** The team and the user in a path `/:teamId/:userId`. */
export function readMember(c: EmulatorContext, checked: CheckedRequest): MemberKey {
  const params = parsePart(c, 'params', {
    schema: z.object({ team_id: uuid, user_id: userIdOrMe }),
    value: { team_id: c.req.param('teamId'), user_id: c.req.param('userId') },
  });
  return { teamId: params.team_id, userId: resolveUserId(checked, params.user_id) };
}
