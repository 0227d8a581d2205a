// The process around the development server. The emulator lives here and not in the server, so that users and tokens
// outlive a restart. A program that forks this process gets by message what is printed otherwise.
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spellingsOf } from '../core/config/config.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { describeFailure, type WebhookDelivery } from '../emulator/webhooks.ts';
import { announce } from './announcement.ts';
import type { DevBarOptions } from './bar/dev-bar.ts';
import { readEmulatorFile } from './emulator-file.ts';
import { loadEnvFileOrExit } from './env-file.ts';
import { type DevelopmentArguments, readArguments } from './load-app.ts';
import { watchParent } from './parent.ts';
import { providerSettings, writeProviderFile } from './provider-file.ts';
import { startServerProcess } from './server-process.ts';
import { startKeptEmulator } from './start-kept-emulator.ts';
import { watchFolders } from './watch-folders.ts';

const USAGE = `npm run dev                         the server with the app in src/app
npm run dev -- --app <folder>       the server with another app, such as examples/notes
npm run dev -- --fresh              with new ids, keys and port of the emulator

Settings are environment variables or lines of .env: docs/configuration.md.
`;
const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs until SIGINT, SIGTERM or SIGHUP, or until its parent process ends, then ends server, emulator and process, with exit code 0.
 * Arguments that name no app, and a `.env` that cannot be read, end it with one message and exit code 1; `--help` prints the usage.
 */
export async function runDevelopment(args: readonly string[]): Promise<void> {
  const { appFolder, fresh } = argumentsOrExit(args);
  const file = loadEnvFileOrExit();
  if (file) printLine(`Settings: ${file.path}`);
  const isSet = (name: string) => spellingsOf(name).some((spelling) => process.env[spelling]?.trim());
  const hasProject = isSet('STACK_PROJECT_ID') || isSet('STACK_SECRET_SERVER_KEY');
  const data = resolve(process.env['DEV_DATA'] || '.data');
  const kept = hasProject ? undefined : orExit(() => readEmulatorFile(data, { fresh }));
  const { emulator, isElsewhere } = kept ? await startKeptEmulator(kept) : {};
  if (isElsewhere)
    printLine(
      `Port ${kept?.port} is in use: the emulator has another one until the next start, and does not know earlier tokens`,
    );
  const env: NodeJS.ProcessEnv = { ...process.env, DEV_DATA: data, ...(emulator && settingsOf(emulator)) };
  const providerFile = emulator && orExit(() => writeProviderFile(data, emulator));
  let announced = false;
  const server = startServerProcess({
    appFolder,
    env,
    onListening(url) {
      // Where the port was chosen by the system, it stays the one that was printed.
      env['PORT'] = new URL(url).port;
      void announce({ url, emulator, providerFile, again: announced });
      announced = true;
      emulator?.control.sendWebhooksTo(`${url}/webhooks`, { onFailure: printFailure });
    },
  });
  watchFolders([SOURCES, appFolder], () => void server.restart());
  const end = async () => {
    await server.end();
    await emulator?.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  watchParent(end);
}

function printFailure(delivery: WebhookDelivery): void {
  process.stdout.write(`${describeFailure(delivery)}\n`);
}

/** A program that forked this process prints lines of its own. */
function printLine(line: string): void {
  if (!process.send) process.stdout.write(`${line}\n`);
}

function argumentsOrExit(args: readonly string[]): DevelopmentArguments {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  return orExit(() => readArguments(args));
}

/** Calls it. Ends the process with the message of what it throws, and exit code 1. */
function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function settingsOf(emulator: Emulator) {
  const { url, controlSecret } = emulator;
  const bar: DevBarOptions = { url, controlSecret, secret: randomBytes(24).toString('base64url') };
  // The emulator is on this machine: a proxy of the developer's network cannot reach it.
  const exceptions = [process.env['NO_PROXY'] ?? process.env['no_proxy'], new URL(url).hostname];
  const noProxy = exceptions.filter(Boolean).join(',');
  return {
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...providerSettings(emulator),
    DEV_BAR: JSON.stringify(bar),
  };
}
