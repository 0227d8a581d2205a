// The variables with which another server, such as the production build, uses the emulator of the development process.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../emulator/emulator.ts';

/** What a server needs of a running emulator, as its variables. */
export function providerSettings(emulator: Emulator) {
  const { url, projectId, secretServerKey, publishableClientKey, webhookSecret } = emulator;
  return {
    STACK_API_URL: url,
    STACK_PROJECT_ID: projectId,
    STACK_SECRET_SERVER_KEY: secretServerKey,
    STACK_PUBLISHABLE_CLIENT_KEY: publishableClientKey,
    STACK_WEBHOOK_SECRET: webhookSecret,
  };
}

/** Writes them to `emulator.env` in a folder, which a shell, systemd and Docker read. Only this user may read it. Returns its path. */
export function writeProviderFile(folder: string, emulator: Emulator): string {
  const file = join(folder, 'emulator.env');
  const lines = Object.entries(providerSettings(emulator)).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}
