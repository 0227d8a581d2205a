// Passwords of signed-in users.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireSignedIn } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import { requireLongEnough } from '../password.ts';
import type { Provider } from '../provider.ts';
import { type EmulatorEnv, readHeader } from '../request.ts';
import { parsePart } from '../validation.ts';

const firstPassword = z.strictObject({ password: z.string() });
const change = z.strictObject({ old_password: z.string(), new_password: z.string() });

/** A first password keeps the sessions; a changed one ends all but that of the refresh token sent (M 791-795). */
export function passwordRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.post('/auth/password/set', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const user = requireSignedIn(checked);
    const { password } = parsePart(c, 'body', { schema: firstPassword, value: checked.body });
    requireLongEnough(password);
    if (user.hasPassword) throw plainRefusal(400, 'User already has a password set.');
    checked.project.users.update(user.id, { password });
    return c.json({ success: true });
  });

  routes.post('/auth/password/update', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const user = requireSignedIn(checked);
    const { old_password, new_password } = parsePart(c, 'body', { schema: change, value: checked.body });
    requireLongEnough(new_password);
    const { users, sessions } = checked.project;
    if (!user.hasPassword)
      throw new KnownError('USER_DOES_NOT_HAVE_PASSWORD', 'This user does not have password authentication.');
    if (!users.hasPassword(user.id, old_password))
      throw new KnownError('PASSWORD_CONFIRMATION_MISMATCH', 'Passwords do not match.');
    users.update(user.id, { password: new_password });
    sessions.endAllOf(user.id, readHeader(c, 'refresh-token'));
    return c.json({ success: true });
  });

  return routes;
}
