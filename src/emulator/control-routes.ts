// The emulator's control over HTTP.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Control } from './control.ts';
import { controlRefusal, readJson } from './control-body.ts';
import { guardControl } from './control-guard.ts';
import { ENDPOINTS } from './endpoint.ts';
import { faultSchema } from './fault.ts';
import { mintOptionsSchema } from './mint.ts';
import type { EmulatorEnv } from './request.ts';
import type { People, SeededTeams } from './seed.ts';
import { settingsPatchSchema } from './settings.ts';
import { createTeamControlRoutes } from './team-control-routes.ts';
import { newUserSchema, userPatchSchema } from './user.ts';
import { createWebhookControlRoutes } from './webhook-control-routes.ts';

const faultBody = z.strictObject({ endpoint: z.enum([...ENDPOINTS, 'all']), fault: faultSchema });
const rotationBody = z.strictObject({ keepOld: z.boolean().exactOptional() });
const sessionBody = z.strictObject({
  expiresInMillis: z.number().positive().exactOptional(),
  isImpersonation: z.boolean().exactOptional(),
  agentName: z.string().exactOptional(),
});

/** Creates the routes of `/control`, for frontends under test in a browser. JSON in and out; a 400 explains the mistake. */
export function createControlRoutes(options: {
  readonly control: Control;
  readonly people: People;
  readonly teams: SeededTeams;
  readonly secret: string;
  readonly origins: readonly string[];
}): Hono<EmulatorEnv> {
  const { control } = options;
  const routes = new Hono<EmulatorEnv>();
  const requireUser = (id: string) => {
    const user = control.findUser(id);
    if (!user) throw controlRefusal(404, `There is no user ${id}`);
    return user;
  };

  routes.use(guardControl(options.secret, options.origins));
  routes.get('/people', (c) =>
    c.json(
      Object.fromEntries(
        Object.entries(options.people).map(([name, { id }]) => [name, control.findUser(id)]),
      ),
    ),
  );
  routes.post('/users', async (c) => {
    const options = await readJson(c, newUserSchema);
    if (options.id !== undefined && control.findUser(options.id))
      throw controlRefusal(409, `User ${options.id} already exists`);
    return c.json(control.createUser(options), 201);
  });
  routes.get('/users/:id', (c) => c.json(requireUser(c.req.param('id'))));
  routes.patch('/users/:id', async (c) => {
    const patch = await readJson(c, userPatchSchema);
    return c.json(control.updateUser(requireUser(c.req.param('id')).id, patch));
  });
  routes.delete('/users/:id', (c) => {
    control.deleteUser(requireUser(c.req.param('id')).id);
    return c.body(null, 204);
  });
  routes.get('/users/:id/sessions', (c) => c.json(control.sessions(requireUser(c.req.param('id')).id)));
  routes.post('/users/:id/sessions', async (c) =>
    c.json(await control.signIn(requireUser(c.req.param('id')).id, await readJson(c, sessionBody)), 201),
  );
  routes.delete('/users/:id/sessions/:sessionId', (c) => {
    const sessions = control.sessions(requireUser(c.req.param('id')).id);
    const session = sessions.find(({ id }) => id === c.req.param('sessionId'));
    if (!session) throw controlRefusal(404, 'The user has no such session');
    control.endSession(session.id);
    return c.body(null, 204);
  });
  routes.patch('/project', async (c) => {
    control.updateProject(await readJson(c, settingsPatchSchema));
    return c.body(null, 204);
  });
  routes.post('/tokens', async (c) => {
    const options = await readJson(c, mintOptionsSchema);
    requireUser(options.userId);
    return c.json({ accessToken: await control.mintToken(options) }, 201);
  });
  routes.post('/keys/rotate', async (c) => {
    await control.rotateKeys(await readJson(c, rotationBody));
    return c.body(null, 204);
  });
  routes.get('/calls', (c) => c.json(control.calls()));
  routes.delete('/calls', (c) => {
    control.resetCalls();
    return c.body(null, 204);
  });
  routes.get('/faults', (c) => c.json(control.faults()));
  routes.put('/faults', async (c) => {
    const { endpoint, fault } = await readJson(c, faultBody);
    control.fail(endpoint, fault);
    return c.body(null, 204);
  });
  routes.delete('/faults', (c) => {
    control.heal();
    return c.body(null, 204);
  });
  routes.route('/webhooks', createWebhookControlRoutes(control));
  routes.route('/', createTeamControlRoutes(control, options.teams));
  routes.all('/*', (c) => c.notFound());
  return routes;
}
