// Sessions of users.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireOwn, resolveUserId, unexpected, userIdOrMe, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES, SERVER_OR_ADMIN } from '../access-type.ts';
import { type CheckedRequest, checkRequest } from '../checks.ts';
import { issueAccessToken } from '../issue.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

const newSession = z.strictObject({
  user_id: z.guid(),
  expires_in_millis: z.number().positive().optional(),
  is_impersonation: z.boolean().optional(),
});

/** Sessions: created by a server, listed, ended one by one or by signing out (contract 4.4). */
export function sessionRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/auth/sessions', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const userId = readOwner(c, checked);
    requireOwn(checked, userId, 'Client can only list sessions for their own user.');
    const items = checked.project.sessions
      .of(userId)
      .filter(({ isImpersonation }) => !isImpersonation || checked.accessType === 'admin')
      .map((session) => ({
        id: session.id,
        user_id: session.userId,
        created_at: session.createdAt,
        last_used_at: session.lastUsedAt,
        is_impersonation: session.isImpersonation,
        is_current_session: session.id === checked.token?.sessionId,
        // Newer than the recordings (contract 4.4).
        ...(session.agentName !== undefined && { agent_name: session.agentName }),
      }));
    return c.json({ items, is_paginated: false });
  });

  routes.post('/auth/sessions', async (c) => {
    const { project, body } = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const options = parsePart(c, 'body', { schema: newSession, value: body });
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
    const { token, project } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    if (!token) throw expiredNow(provider.now());
    if (!project.sessions.end(token.sessionId)) throw unexpected();
    return c.json({ success: true });
  });

  // The user in the query is required and not compared (M 673 680).
  routes.delete('/auth/sessions/:sessionId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const value = { id: c.req.param('sessionId') };
    const { id } = parsePart(c, 'params', { schema: z.object({ id: uuid }), value });
    readOwner(c, checked);
    const session = checked.project.sessions.find(id);
    const isOwn = checked.accessType !== 'client' || session?.userId === checked.user?.id;
    if (!session || !isOwn) throw plainRefusal(404, 'Session not found.');
    if (session.id === checked.token?.sessionId)
      throw new KnownError('CANNOT_DELETE_CURRENT_SESSION', 'Cannot delete the current session.');
    checked.project.sessions.end(id);
    return c.json({ success: true });
  });

  return routes;
}

function readOwner(c: EmulatorContext, checked: CheckedRequest): string {
  const query = parsePart(c, 'query', {
    schema: z.strictObject({ user_id: userIdOrMe }),
    value: c.req.query(),
  });
  return resolveUserId(checked, query.user_id);
}

// What the provider says about a sign-out without a token (M 685).
function expiredNow(now: number): KnownError {
  return new KnownError('ACCESS_TOKEN_EXPIRED', 'Access token has expired.', {
    expired_at_millis: now,
    project_id: null,
    user_id: null,
    refresh_token_id: null,
  });
}
