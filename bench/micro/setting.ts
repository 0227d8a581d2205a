// The parts of our server on their own, with an emulator for a provider.

import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { type Services, startServices } from '../../src/process/services.ts';

/** Services as in production, but silent and without an end to their budgets. Must be closed. */
export interface Setting {
  readonly services: Services;
  /** A genuine token of an ordinary user. */
  readonly token: string;
  /** The key set as the provider publishes it. */
  readonly keySetUrl: string;
  readonly issuer: string;
  readonly projectId: string;
  close(): Promise<void>;
}

/** Starts it. */
export async function startSetting(): Promise<Setting> {
  const emulator = await startEmulator({ accessTokenLifetime: 86_400 });
  const { projectId, secretServerKey, url, people, control } = emulator;
  const config = readConfig({
    STACK_PROJECT_ID: projectId,
    STACK_SECRET_SERVER_KEY: secretServerKey,
    STACK_API_URL: url,
    RATE_LIMIT: '100000000',
    RATE_LIMIT_FAILED: '100000000',
    RATE_LIMIT_ANONYMOUS_USERS: '100000000',
    RATE_LIMIT_ANONYMOUS_CALLS: '100000000',
  });
  const services = startServices({
    config,
    logger: createLogger({ level: 'silent', destination: process.stdout }),
  });
  return {
    services,
    token: await control.mintToken({ userId: people.ada.id }),
    keySetUrl: `${url}/api/v1/projects/${projectId}/.well-known/jwks.json`,
    issuer: `${url}/api/v1/projects/${projectId}`,
    projectId,
    async close() {
      await services.close();
      await emulator.close();
    },
  };
}
