// Sign-up and sign-in.
import { Hono } from 'hono';
import { z } from 'zod';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import { issueAccessToken } from '../issue.ts';
import { KnownError } from '../known-errors.ts';
import { requireLongEnough } from '../password.ts';
import { emailExists } from '../profile-changes.ts';
import type { Project } from '../project.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import type { EmulatedUser } from '../user.ts';
import { createUser, updateUser } from '../user-changes.ts';
import { parsePart } from '../validation.ts';

const credentials = z.object({ email: z.email(), password: z.string() });

/** Password sign-up and sign-in, anonymous sign-up (contract 4.4, M 01 02 37). */
export function signUpRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  const signIn = async (project: Project, user: EmulatedUser) => {
    const session = project.sessions.create({ userId: user.id });
    project.users.update(user.id, { lastActiveAt: provider.now() });
    return {
      access_token: await issueAccessToken(provider, { project, user, sessionId: session.id }),
      refresh_token: session.refreshToken,
      user_id: user.id,
    };
  };

  routes.post('/auth/password/sign-up', async (c) => {
    const { project, body, user } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { email, password } = parsePart(c, 'body', { schema: credentials, value: body });
    requireLongEnough(password);
    if (project.users.findByEmail(email)) throw emailExists(email);
    const account = { email, password, emailVerified: false };
    // An anonymous user who signs up keeps the same id (contract 6.5, M 230-232).
    const signedUp =
      user?.kind === 'anonymous'
        ? updateUser(project, user.id, { ...account, kind: 'ordinary', signedUpAt: provider.now() })
        : createUser(project, account);
    return c.json(await signIn(project, signedUp));
  });

  routes.post('/auth/password/sign-in', async (c) => {
    const { project, body } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { email, password } = parsePart(c, 'body', { schema: credentials, value: body });
    const user = project.users.findByEmail(email);
    if (!user || !project.users.hasPassword(user.id, password)) {
      throw new KnownError('EMAIL_PASSWORD_MISMATCH', 'Wrong e-mail or password.');
    }
    return c.json(await signIn(project, user));
  });

  routes.post('/auth/anonymous/sign-up', async (c) => {
    const { project } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    return c.json(await signIn(project, createUser(project, { kind: 'anonymous' })));
  });

  return routes;
}
