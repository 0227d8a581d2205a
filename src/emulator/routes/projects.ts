// The project.
import { Hono } from 'hono';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';

/** `GET /projects/current` (M 95). */
export function projectRoutes(provider: Provider): Hono<EmulatorEnv> {
  return new Hono<EmulatorEnv>().get('/projects/current', async (c) => {
    const { project } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    return c.json({
      id: project.id,
      display_name: project.displayName,
      config: {
        sign_up_enabled: true,
        credential_enabled: true,
        magic_link_enabled: true,
        passkey_enabled: false,
        client_team_creation_enabled: project.settings.clientTeamCreation,
        client_user_deletion_enabled: project.settings.clientUserDeletion,
        allow_user_api_keys: project.settings.userApiKeys,
        allow_team_api_keys: project.settings.teamApiKeys,
        enabled_oauth_providers: [],
        domains: project.settings.trustedDomains.map((domain) => ({
          domain,
          handler_path: '/handler',
        })),
      },
    });
  });
}
