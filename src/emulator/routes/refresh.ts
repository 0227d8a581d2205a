// Access tokens for refresh tokens.
import { Hono } from 'hono';
import { z } from 'zod';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import { issueAccessToken } from '../issue.ts';
import { KnownError } from '../known-errors.ts';
import type { Project } from '../project.ts';
import { findProject, type Provider } from '../provider.ts';
import { type EmulatorEnv, readBody, readHeader } from '../request.ts';
import { parsePart } from '../validation.ts';

/** What SDKs send as the client secret where the app has no publishable client key. */
const NO_CLIENT_KEY = '__stack_public_client__';

const refreshGrant = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
});

/** Both ways to refresh: the provider's own, and that of OAuth, which the SDK uses (contract 4.4). */
export function refreshRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  const refresh = async (project: Project, refreshToken: string): Promise<string> => {
    const session = project.sessions.use(refreshToken);
    const user = session && project.users.find(session.userId);
    if (!session || !user) throw noSession();
    return issueAccessToken(provider, { project, user, sessionId: session.id });
  };

  routes.post('/auth/sessions/current/refresh', async (c) => {
    const { project } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const refreshToken = parsePart(c, 'headers', {
      schema: z.object({ 'x-stack-refresh-token': z.string() }),
      value: { 'x-stack-refresh-token': readHeader(c, 'refresh-token') },
    })['x-stack-refresh-token'];
    return c.json({ access_token: await refresh(project, refreshToken) });
  });

  routes.post('/auth/oauth/token', async (c) => {
    const grant = parsePart(c, 'body', { schema: refreshGrant, value: await readBody(c) });
    const project = findProject(provider, grant.client_id);
    if (!project || !isClientSecret(project, grant.client_secret)) {
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

/** Clients need a key only where the project requires it, as in the header of other requests. */
function isClientSecret({ publishableClientKey, settings }: Project, secret: string): boolean {
  if (secret === NO_CLIENT_KEY) return !settings.requirePublishableClientKey;
  return secret === publishableClientKey;
}

function noSession(): KnownError {
  return new KnownError('REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED', 'Refresh token not found, expired or revoked.');
}
