// The emulator's control of teams, permissions and keys over HTTP.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Control } from './control.ts';
import { controlRefusal, readJson } from './control-body.ts';
import { permissionDefinitionSchema } from './permissions.ts';
import type { EmulatorContext, EmulatorEnv } from './request.ts';
import type { SeededTeams } from './seed.ts';
import { newTeamSchema, teamPatchSchema } from './teams.ts';

const newTeamBody = newTeamSchema.extend({ creatorId: z.guid().exactOptional() });

/** Creates the routes of `/control` for teams; a command that the control refuses is a 409 with its reason. */
export function createTeamControlRoutes(control: Control, teams: SeededTeams): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();
  const requireTeam = (c: EmulatorContext): string => {
    const id = c.req.param('teamId') ?? '';
    if (!control.findTeam(id)) throw controlRefusal(404, `There is no team ${id}`);
    return id;
  };
  const member = (c: EmulatorContext) => ({ teamId: requireTeam(c), userId: c.req.param('userId') ?? '' });
  const grant = (c: EmulatorContext) => ({
    userId: c.req.param('userId') ?? '',
    permissionId: c.req.param('permissionId') ?? '',
    ...(c.req.param('teamId') !== undefined && { teamId: requireTeam(c) }),
  });

  routes.get('/teams', (c) =>
    c.json(
      Object.fromEntries(Object.entries(teams).map(([name, { id }]) => [name, control.findTeam(id) ?? null])),
    ),
  );
  routes.post('/teams', async (c) => {
    const body = await readJson(c, newTeamBody);
    return c.json(
      attempt(() => control.createTeam(body)),
      201,
    );
  });
  routes.get('/teams/:teamId', (c) => {
    const id = requireTeam(c);
    return c.json({ ...control.findTeam(id), members: control.members(id) });
  });
  routes.patch('/teams/:teamId', async (c) =>
    c.json(control.updateTeam(requireTeam(c), await readJson(c, teamPatchSchema))),
  );
  routes.delete('/teams/:teamId', (c) => done(c, () => control.deleteTeam(requireTeam(c))));
  routes.put('/teams/:teamId/members/:userId', (c) => done(c, () => control.addMember(member(c))));
  routes.delete('/teams/:teamId/members/:userId', (c) => done(c, () => control.removeMember(member(c))));
  routes.post('/permissions', async (c) => {
    const definition = await readJson(c, permissionDefinitionSchema);
    return done(c, () => control.definePermission(definition));
  });
  routes.get('/users/:userId/permissions', (c) => {
    const userId = c.req.param('userId');
    if (!control.findUser(userId)) throw controlRefusal(404, `There is no user ${userId}`);
    return c.json(control.grantables(userId));
  });
  for (const path of [
    '/teams/:teamId/members/:userId/permissions/:permissionId',
    '/users/:userId/permissions/:permissionId',
  ]) {
    routes.put(path, (c) =>
      done(c, () => {
        const { teamId, permissionId, ...key } = grant(c);
        // A permission of an app is in no dashboard here, so its first grant defines it.
        if (!control.findPermission(permissionId)) {
          control.definePermission({ id: permissionId, scope: teamId === undefined ? 'project' : 'team' });
        }
        control.grantPermission({ permissionId, ...key, ...(teamId !== undefined && { teamId }) });
      }),
    );
    routes.delete(path, (c) => done(c, () => control.revokePermission(grant(c))));
  }
  routes.get('/emails', (c) => c.json(control.emails()));
  return routes;
}

function done(c: EmulatorContext, command: () => void): Response {
  attempt(command);
  return c.body(null, 204);
}

function attempt<T>(command: () => T): T {
  try {
    return command();
  } catch (error) {
    if (!(error instanceof Error) || 'getResponse' in error) throw error;
    throw controlRefusal(409, error.message);
  }
}
