// Teams.
import { Hono } from 'hono';
import { z } from 'zod';
import {
  plainRefusal,
  requireExistingUser,
  requireMembership,
  requireOwn,
  requireSignedIn,
  requireTeam,
  requireTeamPermission,
  resolveUserId,
  userIdOrMe,
  uuid,
} from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { type CheckedRequest, checkRequest } from '../checks.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { createTeam, deleteTeam, updateTeam } from '../team-changes.ts';
import {
  clientTeamCreation,
  clientTeamPatch,
  serverTeamCreation,
  serverTeamPatch,
  toTeamPatch,
} from '../team-fields.ts';
import { type EmulatedTeam, readTeamAsClient, readTeamAsServer } from '../teams.ts';
import { parsePart } from '../validation.ts';

/** Teams: listed, read, created, changed and deleted (identity contract 2.2). */
export function teamRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/teams', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const query = parsePart(c, 'query', {
      schema: z.strictObject({ user_id: userIdOrMe.exactOptional() }),
      value: c.req.query(),
    });
    const userId = resolveUserId(checked, query.user_id);
    requireOwn(checked, userId, OWN_TEAMS);
    const { teams, memberships } = checked.project;
    const isListed = ({ id: teamId }: EmulatedTeam) =>
      userId === undefined || memberships.find({ teamId, userId }) !== undefined;
    const items = teams
      .all()
      .filter(isListed)
      .map((team) => readTeam(checked, team));
    return c.json({ items, is_paginated: false });
  });

  routes.post('/teams', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { accessType, project, body } = checked;
    const schema = accessType === 'client' ? clientTeamCreation : serverTeamCreation;
    const given = parsePart(c, 'body', { schema, value: body });
    const creatorId = readCreator(checked, given.creator_user_id);
    const fields = toTeamPatch(checked, given);
    if (creatorId !== undefined) requireExistingUser(project, creatorId);
    const team = createTeam(project, { ...fields, displayName: given.display_name, creatorId });
    return c.json(readTeam(checked, team), 201);
  });

  routes.get('/teams/:teamId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const teamId = readTeamId(c);
    if (checked.accessType === 'client')
      requireMembership(checked.project, { teamId, userId: requireSignedIn(checked).id });
    return c.json(readTeam(checked, requireTeam(checked.project, teamId)));
  });

  routes.patch('/teams/:teamId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const teamId = readTeamId(c);
    const schema = checked.accessType === 'client' ? clientTeamPatch : serverTeamPatch;
    const fields = toTeamPatch(checked, parsePart(c, 'body', { schema, value: checked.body }));
    requirePermission(checked, teamId, '$update_team');
    requireTeam(checked.project, teamId);
    return c.json(readTeam(checked, updateTeam(checked.project, teamId, fields)));
  });

  routes.delete('/teams/:teamId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const teamId = readTeamId(c);
    requirePermission(checked, teamId, '$delete_team');
    requireTeam(checked.project, teamId);
    deleteTeam(checked.project, teamId);
    return c.json({ success: true });
  });

  return routes;
}

const OWN_TEAMS =
  'Client can only list teams for their own user. user_id must be either "me" or the ID of the current user';

function readTeamId(c: EmulatorContext): string {
  const schema = z.object({ team_id: uuid });
  return parsePart(c, 'params', { schema, value: { team_id: c.req.param('teamId') } }).team_id;
}

function readTeam({ accessType }: CheckedRequest, team: EmulatedTeam) {
  return accessType === 'client' ? readTeamAsClient(team) : readTeamAsServer(team);
}

function requirePermission(checked: CheckedRequest, teamId: string, permissionId: string): void {
  if (checked.accessType !== 'client') return;
  const userId = requireSignedIn(checked).id;
  requireTeamPermission(checked.project, { teamId, userId, permissionId });
}

// A client's team always gets the caller as its creator; one of a server has members only where it names a creator.
function readCreator(checked: CheckedRequest, given: string | undefined): string | undefined {
  const creatorId = resolveUserId(checked, given);
  if (checked.accessType !== 'client') return creatorId;
  const userId = requireSignedIn(checked).id;
  if (!checked.project.settings.clientTeamCreation)
    throw plainRefusal(403, 'Client team creation is disabled for this project');
  if (creatorId === undefined || creatorId === userId) return userId;
  throw plainRefusal(
    403,
    "You cannot create a team as a user that is not yourself. Make sure you set the creator_user_id to 'me'.",
  );
}
