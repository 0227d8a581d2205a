// Sessions and refresh tokens.
import { Hono } from 'hono';
import { z } from 'zod';
import { checkRequest, requireUser } from '../checks.ts';
import { issueAccessToken } from '../issue.ts';
import { KnownError } from '../known-errors.ts';
import type { Project } from '../project.ts';
import { findProject, type Provider } from '../provider.ts';
import { type EmulatorEnv, parsePart, readBody, readHeader } from '../request.ts';

const newSession = z.strictObject({
  user_id: z.guid(),
  expires_in_millis: z.number().positive().optional(),
  is_impersonation: z.boolean().optional(),
});

const refreshGrant = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
});

/** Sessions: created by a server, listed, refreshed in both ways, ended by signing out (contract 4.4). */
export function sessionRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  const refresh = async (project: Project, refreshToken: string): Promise<string> => {
    const session = project.sessions.use(refreshToken);
    const user = session && project.users.find(session.userId);
    if (!session || !user) throw noSession();
    return issueAccessToken(provider, { project, user, sessionId: session.id });
  };

  routes.get('/auth/sessions', async (c) => {
    const checked = await checkRequest(c, provider, ['client', 'server', 'admin']);
    const { user_id } = parsePart(c, z.strictObject({ user_id: z.string() }), c.req.query());
    const userId = user_id === 'me' ? requireUser(checked).id : user_id;
    const items = checked.project.sessions.of(userId).map((session) => ({
      id: session.id,
      user_id: session.userId,
      created_at: session.createdAt,
      last_used_at: session.lastUsedAt,
      is_impersonation: session.isImpersonation,
      is_current_session: session.id === checked.token?.sessionId,
    }));
    return c.json({ items, is_paginated: false });
  });

  routes.post('/auth/sessions', async (c) => {
    const { project, body } = await checkRequest(c, provider, ['server', 'admin']);
    const options = parsePart(c, newSession, body);
    const user = project.users.find(options.user_id);
    if (!user) {
      throw new KnownError('USER_ID_DOES_NOT_EXIST', `There is no user with the ID ${options.user_id}.`, {
        user_id: options.user_id,
      });
    }
    const session = project.sessions.create({
      userId: user.id,
      expiresInMillis: options.expires_in_millis,
      isImpersonation: options.is_impersonation,
    });
    const access_token = await issueAccessToken(provider, { project, user, sessionId: session.id });
    return c.json({ access_token, refresh_token: session.refreshToken });
  });

  routes.delete('/auth/sessions/current', async (c) => {
    const checked = await checkRequest(c, provider, ['client', 'server', 'admin']);
    requireUser(checked);
    const { token, project } = checked;
    if (!token || !project.sessions.end(token.sessionId)) throw noSession();
    return c.json({ success: true });
  });

  routes.post('/auth/sessions/current/refresh', async (c) => {
    const { project } = await checkRequest(c, provider, ['client', 'server', 'admin']);
    const refreshToken = parsePart(
      c,
      z.string('the refresh token header is missing'),
      readHeader(c, 'refresh-token'),
    );
    return c.json({ access_token: await refresh(project, refreshToken) });
  });

  routes.post('/auth/oauth/token', async (c) => {
    const grant = parsePart(c, refreshGrant, await readBody(c));
    const project = findProject(provider, grant.client_id);
    if (!project || project.publishableClientKey !== grant.client_secret) {
      throw new KnownError('INVALID_OAUTH_CLIENT_ID_OR_SECRET', 'The OAuth client ID or secret is invalid.', {
        client_id: grant.client_id,
      });
    }
    const answer = {
      access_token: await refresh(project, grant.refresh_token),
      token_type: 'Bearer',
      // Wrong, as at the provider: the `exp` of the token is what counts (M 208, contract 9.16).
      expires_in: 3599,
      scope: 'legacy',
      afterCallbackRedirectUrl: null,
      after_callback_redirect_url: null,
    };
    return c.json(answer, 200, { 'cache-control': 'no-store' });
  });

  return routes;
}

function noSession(): KnownError {
  return new KnownError('REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED', 'Refresh token not found, expired or revoked.');
}
