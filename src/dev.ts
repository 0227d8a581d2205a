// The development process: the emulator where no project is set, and around it the server, started anew on every
// change. The emulator lives here and not in the server, so that people and tokens outlive a change. An argument names
// another server than dev-server.ts; a process that forks this one is told by message what otherwise is printed.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spellingsOf } from './core/config/config.ts';
import type { DevBarOptions } from './dev/bar/dev-bar.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { DEVELOPMENT_PASSWORD } from './emulator/seed.ts';

/** What the process that forked this one is told, once the server listens. */
export interface Announcement {
  readonly url: string;
  /** Absent where a project is set. */
  readonly emulator?: {
    readonly url: string;
    readonly projectId: string;
    readonly publishableClientKey: string;
    /** Of people of every kind, who all have the same password. */
    readonly emails: readonly string[];
    readonly password: string;
  };
}

const DAY = 86_400;
/** The same at every start: frontends keep cookies by project, and would collect them. */
const PROJECT_ID = 'e3a1c2f0-5d1b-4c7e-9a66-0d2b8f4c7e10';
const SOURCES = fileURLToPath(new URL('.', import.meta.url));
const SERVER = process.argv[2] ?? fileURLToPath(new URL('dev/dev-server.ts', import.meta.url));

if (existsSync('.env')) process.loadEnvFile('.env');
const isSet = (name: string) => spellingsOf(name).some((spelling) => process.env[spelling]?.trim());
const hasProject = isSet('STACK_PROJECT_ID') || isSet('STACK_SECRET_SERVER_KEY');
const emulator = hasProject ? undefined : await startEmulator({ projectId: PROJECT_ID });
const environment: NodeJS.ProcessEnv = { ...process.env, ...(emulator && settingsOf(emulator)) };

let child = start();
let announced = false;
let ending = false;

let change: NodeJS.Timeout | undefined;
watch(SOURCES, { recursive: true }, () => {
  clearTimeout(change);
  change = setTimeout(restart, 100);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    ending = true;
    await stop(child);
    await emulator?.close();
    process.exit(0);
  });
}

function start(): ChildProcess {
  const server = fork(SERVER, { env: environment });
  server.on('message', (url) => void announce(String(url)));
  server.on('exit', (code) => {
    if (!ending && server === child && code)
      say('The server has ended. It starts again on the next change.\n');
  });
  return server;
}

async function restart(): Promise<void> {
  const old = child;
  if (ending) return;
  await stop(old);
  if (!ending && child === old) child = start();
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exited;
}

async function announce(url: string): Promise<void> {
  if (announced) return say(`Reloaded: ${url}/graphql\n`);
  announced = true;
  // Where the port was left to chance, it stays the one that was printed.
  environment['PORT'] = new URL(url).port;
  if (process.send) return void process.send(announcementOf(url));
  say(`\nGraphQL and GraphiQL: ${url}/graphql\n`);
  if (!emulator)
    return say(`Signed in as nobody: send a token of project ${process.env['STACK_PROJECT_ID']}\n\n`);
  const { ada } = emulator.people;
  const token = await emulator.control.mintToken({ userId: ada.id, expiresIn: DAY });
  say(`Identity provider: the local emulator at ${emulator.url} (no project is set in .env)
Signed in as: ${ada.displayName} <${ada.email}>, good for a day and through every reload. Try it:

curl -s ${url}/graphql -H 'Content-Type: application/json' \\
  -d '{"query":"{ me { id email displayName } }"}' \\
  -H 'X-Stack-Access-Token: ${token}'

`);
}

function announcementOf(url: string): Announcement {
  if (!emulator) return { url };
  const { people, projectId, publishableClientKey } = emulator;
  const emails = Object.values(people).flatMap(({ email }) => email ?? []);
  const password = DEVELOPMENT_PASSWORD;
  return { url, emulator: { url: emulator.url, projectId, publishableClientKey, emails, password } };
}

function settingsOf({ url, projectId, secretServerKey, publishableClientKey, controlSecret }: Emulator) {
  const bar: DevBarOptions = { url, controlSecret, secret: randomBytes(24).toString('base64url') };
  return {
    STACK_API_URL: url,
    STACK_PROJECT_ID: projectId,
    STACK_SECRET_SERVER_KEY: secretServerKey,
    STACK_PUBLISHABLE_CLIENT_KEY: publishableClientKey,
    DEV_BAR: JSON.stringify(bar),
  };
}

function say(text: string): void {
  process.stdout.write(text);
}
