// `npm run example`: the development server with the app in examples/notes, and the page beside it, on two origins as
// in production. Ctrl-C ends both, and the emulator. It can run beside `npm run dev`: where a port is in use that is not set,
// another one is taken.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { spellingsOf } from '../../src/core/config/config.ts';
import type { Announcement } from '../../src/dev/announcement.ts';
import { loadEnvFileOrExit } from '../../src/dev/env-file.ts';
import { watchParent } from '../../src/dev/parent.ts';
import { portOrExit } from './port.ts';

const HOST = '127.0.0.1';
const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const file = loadEnvFileOrExit();
if (file) process.stdout.write(`Settings: ${file.path}\n`);
const port = await portOrExit('APP_PORT', 5173);
const origins = [`http://${HOST}:${port}`, `http://localhost:${port}`];

const server = fork(fileAt('../../src/dev.ts'), ['--app', fileAt('../notes')], {
  env: {
    LOG_LEVEL: 'warn',
    // Its own notes: those of `npm run dev -- --app examples/notes` may be open.
    PGLITE_DATA: resolve(process.env['DEV_DATA'] || '.data', 'example-notes'),
    ...process.env,
    PORT: String(await portOrExit('PORT', 4000)),
    CORS_ORIGINS: [...origins, process.env['CORS_ORIGINS'] ?? ''].join(','),
  },
});
const ended = once(server, 'exit');
let ending = false;
let app: Awaited<ReturnType<typeof createServer>> | undefined;

// Ctrl-C reaches all processes of a terminal at once; other signals reach this one alone.
const end = async () => {
  ending = true;
  server.kill('SIGTERM');
  await Promise.all([ended, app?.close()]);
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
watchParent(end);
void ended.then(() => ending || process.exit(1));

const [{ url, emulator }] = (await once(server, 'message')) as [Announcement];
Object.assign(process.env, settingsOf(url, emulator));
app = await createServer({
  root: fileAt('.'),
  server: { host: HOST, port, strictPort: true },
  logLevel: 'warn',
});
await app.listen();
process.stdout.write(emulator ? printout(emulator) : printout());

function settingsOf(server: string, emulator: Announcement['emulator']): Record<string, string> {
  const read = (name: string) =>
    spellingsOf(name).flatMap((spelling) => process.env[spelling] || [])[0] ?? '';
  const provider = emulator && {
    VITE_STACK_API_URL: emulator.url,
    VITE_STACK_PROJECT_ID: emulator.projectId,
    VITE_STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey,
    VITE_DEMO_EMAIL: emulator.emails[0] ?? '',
    VITE_DEMO_PASSWORD: emulator.password,
  };
  const own = {
    VITE_STACK_API_URL: read('STACK_API_URL'),
    VITE_STACK_PROJECT_ID: read('STACK_PROJECT_ID'),
    VITE_STACK_PUBLISHABLE_CLIENT_KEY: read('STACK_PUBLISHABLE_CLIENT_KEY'),
  };
  return { VITE_GRAPHQL_URL: `${server}/graphql`, ...(provider ?? own) };
}

function printout(emulator?: Announcement['emulator']): string {
  const people = emulator
    ? `Sign in as ${emulator.emails[0]} with the password ${emulator.password}
       or as ${emulator.emails.slice(1).join(', ')} with the same one

Change the name of ${emulator.emails[0]} elsewhere, and look at the page:
${emulator.rename}

The last e-mail, such as an invitation, is in the bar of GraphiQL: ${url}/graphql\n`
    : `Sign in as any user of the project ${process.env['VITE_STACK_PROJECT_ID']}\n`;
  return `
The app:   http://${HOST}:${port}/
GraphQL:   ${url}/graphql
Provider:  ${emulator ? `the local emulator at ${emulator.url} (no project is set in .env)` : 'the project of .env'}

${people}
Ctrl-C ends all of it.\n\n`;
}
