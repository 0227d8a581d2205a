// The project.
import { Hono } from 'hono';
import { checkRequest } from '../checks.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';

/** `GET /projects/current` (M 95). */
export function projectRoutes(provider: Provider): Hono<EmulatorEnv> {
  return new Hono<EmulatorEnv>().get('/projects/current', async (c) => {
    const { project } = await checkRequest(c, provider, ['client', 'server', 'admin']);
    return c.json({
      id: project.id,
      display_name: project.displayName,
      config: {
        sign_up_enabled: true,
        credential_enabled: true,
        magic_link_enabled: true,
        passkey_enabled: false,
        client_team_creation_enabled: true,
        client_user_deletion_enabled: true,
        allow_user_api_keys: false,
        allow_team_api_keys: false,
        enabled_oauth_providers: [],
        domains: [],
      },
    });
  });
}
