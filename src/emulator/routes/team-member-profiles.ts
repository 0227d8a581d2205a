// Profiles of users as members of a team.
import { Hono } from 'hono';
import { z } from 'zod';
import {
  plainRefusal,
  requireExistingUser,
  requireMembership,
  requireOwn,
  requireTeam,
  requireTeamPermission,
  resolveUserId,
  userIdOrMe,
  uuid,
} from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { type CheckedRequest, checkRequest, requireUser } from '../checks.ts';
import { storeImage } from '../images.ts';
import type { MemberKey } from '../memberships.ts';
import { readAsServer } from '../profile.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';
import { readMember } from './team-memberships.ts';

const listQuery = z.strictObject({ team_id: uuid.exactOptional(), user_id: userIdOrMe.exactOptional() });
const patch = z.strictObject({
  display_name: z.string().exactOptional(),
  profile_image_url: z.string().exactOptional(),
});

/** Member profiles: listed, read, and changed by the member (identity contract 2.3). */
export function teamMemberProfileRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/team-member-profiles', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project } = checked;
    const query = parsePart(c, 'query', { schema: listQuery, value: c.req.query() });
    const teamId = query.team_id;
    const userId = resolveUserId(checked, query.user_id);
    if (checked.accessType === 'client') {
      const callerId = requireUser(checked).id;
      if (teamId === undefined) throw plainRefusal(400, 'team_id is required for access type client');
      requireMembership(project, { teamId, userId: callerId });
      if (userId !== callerId) requireReader(checked, teamId);
    } else {
      if (teamId !== undefined) requireTeam(project, teamId);
      if (userId !== undefined) requireExistingUser(project, userId);
    }
    const items = project.memberships
      .list({ ...(teamId !== undefined && { teamId }), ...(userId !== undefined && { userId }) })
      .map((membership) => readMemberProfile(checked, membership));
    return c.json({ items, is_paginated: false });
  });

  routes.get('/team-member-profiles/:teamId/:userId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const member = readMember(c, checked);
    if (checked.accessType === 'client' && requireUser(checked).id !== member.userId)
      requireReader(checked, member.teamId);
    requireMembership(checked.project, member);
    return c.json(readMemberProfile(checked, member));
  });

  routes.patch('/team-member-profiles/:teamId/:userId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const member = readMember(c, checked);
    const given = parsePart(c, 'body', { schema: patch, value: checked.body });
    requireOwn(checked, member.userId, "Cannot update another user's profile");
    requireMembership(checked.project, member);
    const image = storeImage(checked.accessType, given.profile_image_url);
    checked.project.memberships.update(member, {
      ...(given.display_name !== undefined && { displayName: given.display_name }),
      ...(image !== undefined && { profileImageUrl: image }),
    });
    return c.json(readMemberProfile(checked, member));
  });

  return routes;
}

function requireReader(checked: CheckedRequest, teamId: string): void {
  const userId = requireUser(checked).id;
  requireTeamPermission(checked.project, { teamId, userId, permissionId: '$read_members' });
}

// The name and the image that the member has in the team, or else those of the user.
function readMemberProfile({ accessType, project }: CheckedRequest, { teamId, userId }: MemberKey) {
  const user = requireExistingUser(project, userId);
  const membership = project.memberships.find({ teamId, userId });
  return {
    team_id: teamId,
    user_id: userId,
    display_name: membership?.displayName ?? user.displayName,
    profile_image_url: membership?.profileImageUrl ?? user.profileImageUrl,
    ...(accessType !== 'client' && { user: readAsServer(user) }),
  };
}
