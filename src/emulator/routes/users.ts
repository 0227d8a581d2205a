// Profiles.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireExistingUser, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES, SERVER_OR_ADMIN } from '../access-type.ts';
import { type CheckedRequest, checkRequest, requireUser } from '../checks.ts';
import { readAsClient, readAsServer } from '../profile.ts';
import { changeProfile, clientProfilePatch, serverProfilePatch } from '../profile-changes.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import type { EmulatedUser } from '../user.ts';
import { deleteUser } from '../user-changes.ts';
import { parsePart } from '../validation.ts';

/** `/users/me` for every access type and `/users/{id}` for servers: read, changed and deleted (contract 4.1, 4.3). */
export function userRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/users/me', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    readNoQuery(c);
    return c.json(readUser(checked, requireUser(checked)));
  });

  routes.patch('/users/me', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const schema: z.ZodType<z.infer<typeof serverProfilePatch>> =
      checked.accessType === 'client' ? clientProfilePatch : serverProfilePatch;
    const given = parsePart(c, 'body', { schema, value: checked.body });
    return c.json(readUser(checked, changeProfile(checked, requireUser(checked), given)));
  });

  routes.delete('/users/me', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { id } = requireUser(checked);
    if (checked.accessType === 'client' && !checked.project.settings.clientUserDeletion)
      throw plainRefusal(400, 'Client user deletion is not enabled for this project');
    deleteUser(checked.project, id);
    return c.json({ success: true });
  });

  routes.get('/users/:userId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const id = readUserId(c);
    readNoQuery(c);
    return c.json(readAsServer(requireExistingUser(checked.project, id)));
  });

  routes.patch('/users/:userId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const id = readUserId(c);
    const given = parsePart(c, 'body', { schema: serverProfilePatch, value: checked.body });
    const user = requireExistingUser(checked.project, id);
    return c.json(readAsServer(changeProfile(checked, user, given)));
  });

  routes.delete('/users/:userId', async (c) => {
    const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const { id } = requireExistingUser(checked.project, readUserId(c));
    deleteUser(checked.project, id);
    return c.json({ success: true });
  });

  return routes;
}

function readUser({ accessType }: CheckedRequest, user: EmulatedUser) {
  return accessType === 'client' ? readAsClient(user) : readAsServer(user);
}

function readUserId(c: EmulatorContext): string {
  const value = { user_id: c.req.param('userId') };
  return parsePart(c, 'params', { schema: z.object({ user_id: uuid }), value }).user_id;
}

function readNoQuery(c: EmulatorContext): void {
  parsePart(c, 'query', { schema: z.strictObject({}), value: c.req.query() });
}
