// Profiles.
import { Hono } from 'hono';
import { z } from 'zod';
import { checkRequest, requireUser } from '../checks.ts';
import { KnownError, schemaError } from '../known-errors.ts';
import { readAsClient, readAsServer } from '../profile.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';

/** `GET /users/me` for every access type and `GET /users/{id}` for server and admin (contract 4.1). */
export function userRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();
  routes.get('/users/me', async (c) => {
    const checked = await checkRequest(c, provider, ['client', 'server', 'admin']);
    const user = requireUser(checked);
    return c.json(checked.accessType === 'client' ? readAsClient(user) : readAsServer(user));
  });
  routes.get('/users/:id', async (c) => {
    const { project } = await checkRequest(c, provider, ['server', 'admin']);
    const id = c.req.param('id');
    if (!z.guid().safeParse(id).success) {
      throw schemaError(c.req.method, c.req.path, 'params.user_id must be a valid UUID');
    }
    const user = project.users.find(id);
    if (!user) throw new KnownError('USER_NOT_FOUND', 'User not found.');
    return c.json(readAsServer(user));
  });
  return routes;
}
