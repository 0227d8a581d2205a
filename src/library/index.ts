// `stack-auth-graphql`: verification and profiles for servers that exist already. One file for each entry of the package.
import { systemClock } from '../core/clock.ts';
import { createEvents } from '../core/events.ts';
import { createAudit } from '../process/audit-log.ts';
import { startAuthServices } from '../process/auth-services.ts';
import { createLog } from './auth/log.ts';
import { openAuth } from './auth/open-auth.ts';
import { readSettings } from './auth/read-settings.ts';
import type { Auth, AuthSettings } from './auth/types.ts';

export { AppError as AuthError } from '../core/errors.ts';
export type {
  Auth,
  AuthContext,
  AuthOptions,
  AuthSettings,
  HeaderSource,
  Logger,
  OAuthProvider,
  Principal,
  Profile,
  User,
} from './auth/types.ts';

/**
 * Starts authentication for one project. Create it once per process; the provider's keys begin to load at once.
 *
 * Throws `AuthError` `INVALID_CONFIGURATION`, which names each option that is wrong.
 *
 * @example
 * export const auth = createAuth({
 *   projectId: process.env.STACK_PROJECT_ID ?? '',
 *   secretServerKey: process.env.STACK_SECRET_SERVER_KEY,
 * });
 */
export function createAuth(settings: AuthSettings): Auth {
  const config = readSettings(settings);
  const logger = createLog(settings.logger);
  const events = createEvents();
  const services = startAuthServices({ config, events, logger, clock: systemClock });
  return openAuth({ ...services, audit: createAudit({ logger, emit: events.emit }) }, logger);
}
