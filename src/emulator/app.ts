// The routes of the emulator.
import { Hono } from 'hono';
import { answerAsProvider, answerError } from './answer.ts';
import { requireLoopbackHost } from './loopback.ts';
import type { Provider } from './provider.ts';
import type { EmulatorEnv } from './request.ts';
import { apiKeyCheckRoutes } from './routes/api-key-check.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { contactChannelVerificationRoutes } from './routes/contact-channel-verification.ts';
import { contactChannelRoutes } from './routes/contact-channels.ts';
import { invitationAcceptanceRoutes } from './routes/invitation-acceptance.ts';
import { jwksRoutes } from './routes/jwks.ts';
import { notificationPreferenceRoutes } from './routes/notification-preferences.ts';
import { passwordRoutes } from './routes/passwords.ts';
import { permissionDefinitionRoutes } from './routes/permission-definitions.ts';
import { permissionRoutes } from './routes/permissions.ts';
import { projectRoutes } from './routes/projects.ts';
import { refreshRoutes } from './routes/refresh.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signUpRoutes } from './routes/sign-up.ts';
import { teamInvitationRoutes } from './routes/team-invitations.ts';
import { teamMemberProfileRoutes } from './routes/team-member-profiles.ts';
import { teamMembershipRoutes } from './routes/team-memberships.ts';
import { teamRoutes } from './routes/teams.ts';
import { userListRoutes } from './routes/user-list.ts';
import { userRoutes } from './routes/users.ts';
import type { Traffic } from './traffic.ts';

const ROUTES: readonly ((provider: Provider) => Hono<EmulatorEnv>)[] = [
  jwksRoutes,
  userRoutes,
  userListRoutes,
  projectRoutes,
  signUpRoutes,
  passwordRoutes,
  sessionRoutes,
  refreshRoutes,
  teamRoutes,
  teamMembershipRoutes,
  teamMemberProfileRoutes,
  permissionRoutes,
  permissionDefinitionRoutes,
  invitationAcceptanceRoutes,
  teamInvitationRoutes,
  contactChannelVerificationRoutes,
  contactChannelRoutes,
  apiKeyCheckRoutes,
  apiKeyRoutes,
  notificationPreferenceRoutes,
];

/** Creates the HTTP app: `/control` for tests and development, `/api/v1` and its alias `/api/latest` for API clients. */
export function createApp(options: {
  readonly provider: Provider;
  readonly traffic: Traffic;
  readonly controlRoutes: Hono<EmulatorEnv>;
}): Hono<EmulatorEnv> {
  const { provider, traffic } = options;
  const app = new Hono<EmulatorEnv>();
  app.use(requireLoopbackHost);
  app.route('/control', options.controlRoutes);
  app.use(traffic.middleware(provider));
  app.use(answerAsProvider);
  app.use(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    return pathname !== '/' && pathname.endsWith('/')
      ? c.redirect(`${pathname.slice(0, -1)}${search}`, 308)
      : next();
  });

  const api = new Hono<EmulatorEnv>();
  for (const routes of ROUTES) {
    api.route('/', routes(provider));
  }
  for (const path of new Set(api.routes.map((route) => route.path))) {
    api.all(path, (c) => c.body(null, 405));
  }
  app.route('/api/v1', api);
  app.route('/api/latest', api);

  app.notFound((c) =>
    c.text(`404: this page does not exist in the provider's API.\n\nURL: ${c.req.path}`, 404),
  );
  app.onError(answerError);
  return app;
}
