// Permissions of users, in teams and in the project.
import { Hono } from 'hono';
import { z } from 'zod';
import {
  requireExistingUser,
  requireMembership,
  requireOwn,
  resolveUserId,
  userIdOrMe,
  uuid,
} from '../access.ts';
import { ALL_ACCESS_TYPES, SERVER_OR_ADMIN } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { Grant } from '../permissions.ts';
import type { Project } from '../project.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { grantPermission, revokePermission } from '../team-changes.ts';
import { parsePart } from '../validation.ts';
import { readMember } from './team-memberships.ts';

const filter = z.strictObject({
  user_id: userIdOrMe.exactOptional(),
  permission_id: z.string().exactOptional(),
  recursive: z.enum(['true', 'false']).exactOptional(),
});
const teamFilter = filter.extend({ team_id: uuid.exactOptional() });
const permissionId = z
  .string()
  .regex(
    /^\$?[a-z0-9_:]+$/,
    'Only lowercase letters, numbers, ":", "_" and optional "$" at the beginning are allowed',
  );

/** Permissions: listed by their owner, granted and revoked by a server (identity contract 2.4). */
export function permissionRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  for (const scope of ['team', 'project'] as const) {
    routes.get(`/${scope}-permissions`, async (c) => {
      const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
      const schema: z.ZodType<z.infer<typeof teamFilter>> = scope === 'team' ? teamFilter : filter;
      const query = parsePart(c, 'query', { schema, value: c.req.query() });
      const userId = resolveUserId(checked, query.user_id);
      requireOwn(checked, userId, OWN_PERMISSIONS);
      const grants = checked.project.permissions.list({
        scope,
        userId,
        teamId: query.team_id,
        permissionId: query.permission_id,
        recursive: query.recursive === 'true',
      });
      return c.json({ items: grants.map(readGrant), is_paginated: false });
    });
  }

  routes.on(['POST', 'DELETE'], '/team-permissions/:teamId/:userId/:permissionId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const member = readMember(c, checked);
    const grant = { ...member, permissionId: readPermissionId(c) };
    requireMembership(checked.project, member);
    return change(c, { project: checked.project, grant, body: checked.body });
  });

  routes.on(['POST', 'DELETE'], '/project-permissions/:userId/:permissionId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const params = parsePart(c, 'params', {
      schema: z.object({ user_id: userIdOrMe }),
      value: { user_id: c.req.param('userId') },
    });
    const grant = {
      teamId: null,
      userId: resolveUserId(checked, params.user_id),
      permissionId: readPermissionId(c),
    };
    requireExistingUser(checked.project, grant.userId);
    return change(c, { project: checked.project, grant, body: checked.body });
  });

  return routes;
}

const OWN_PERMISSIONS =
  'Client can only list permissions for their own user. user_id must be either "me" or the ID of the current user';

function readPermissionId(c: EmulatorContext): string {
  const value = { permission_id: c.req.param('permissionId') };
  return parsePart(c, 'params', { schema: z.object({ permission_id: permissionId }), value }).permission_id;
}

function change(
  c: EmulatorContext,
  { project, grant, body }: { readonly project: Project; readonly grant: Grant; readonly body: unknown },
): Response {
  if (c.req.method === 'DELETE') {
    if (!revokePermission(project, grant)) throw notGranted(grant);
    return c.json({ success: true });
  }
  parsePart(c, 'body', { schema: z.strictObject({}), value: body });
  requireDefinition(project, grant);
  grantPermission(project, grant);
  return c.json(readGrant(grant), 201);
}

function requireDefinition(project: Project, { permissionId, teamId }: Grant): void {
  const scope = project.permissions.findDefinition(permissionId)?.scope;
  const expected = teamId === null ? 'project' : 'team';
  if (scope === undefined) throw unknownPermission(permissionId);
  if (scope === expected) return;
  throw new KnownError('WRONG_PERMISSION_SCOPE', `Permission "${permissionId}" not found.`, {
    permission_id: permissionId,
    expected_scope: expected,
    actual_scope: scope,
  });
}

function notGranted({ permissionId, teamId, userId }: Grant): KnownError {
  if (teamId === null) return unknownPermission(permissionId);
  return new KnownError(
    'TEAM_PERMISSION_NOT_FOUND',
    `User ${userId} does not have permission ${permissionId} in team ${teamId}.`,
    { team_id: teamId, user_id: userId, permission_id: permissionId },
  );
}

function unknownPermission(id: string): KnownError {
  return new KnownError(
    'PERMISSION_NOT_FOUND',
    `Permission "${id}" not found. Make sure you created it on the dashboard.`,
    { permission_id: id },
  );
}

function readGrant({ permissionId, userId, teamId }: Grant) {
  return { id: permissionId, user_id: userId, ...(teamId !== null && { team_id: teamId }) };
}
