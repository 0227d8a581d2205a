// What `npm run build` and `npm run pack` have made, under Bun (tools/bun): the server and its main queries, the library in a project
// of its own; then suites that ask a server from outside: HTTP, tokens, faults and profiles, with --all also the others of
// test/support/bun/suites.ts. Needs the registry, so it is no part of `npm test`.
import { deepEqual, equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { ROOT } from '../build/manifests.ts';
import { inProject } from './consumer.ts';
import { install, run, startProgram, TARBALL } from './consumer-folder.ts';

const FOLDER = join(ROOT, 'tools/bun');
const BUN = join(FOLDER, 'node_modules/.bin/bun');

const isAll = process.argv.includes('--all');

/** Parts of the paths of the suites that are run without --all. */
const FIRST = [
  'test/http/',
  'test/tokens/',
  'test/outages/',
  'test/identity/answers',
  'test/identity/user.test.ts',
  'test/server/client-errors',
  'test/server/rest.test.ts',
  'test/server/routing',
  'test/server/webhooks.test.ts',
  'test/process/runtimes',
  'test/process/logs',
  'test/process/resets',
  'test/process/shutdown',
];

/** Tests that ran and passed under Bun, at the least: a suite that only skips its tests is found by this. */
const MIN_PASSED = isAll ? 2_400 : 1_500;

/** A program of a team under Bun, which verifies a token and reads a profile by both entries. */
const CONSUMER = `
import { createAuth } from 'stack-auth-graphql';
import { withAuth } from 'stack-auth-graphql/fetch';
const { TOKEN, ...settings } = JSON.parse(process.env.SETTINGS);
const auth = createAuth(settings);
const headers = { 'x-stack-access-token': TOKEN };
const principal = await auth.authenticate(headers);
const answer = withAuth(auth, async (_request, { profile }) => Response.json(await profile()));
const { displayName } = await (await answer(new Request('http://localhost', { headers }))).json();
await auth.close();
process.stdout.write(JSON.stringify([typeof Bun, principal.user.id, displayName]));
`;

await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: FOLDER });
// Puts the program of this platform, which was installed beside it, in its place.
await run(process.execPath, ['install.js'], { cwd: join(FOLDER, 'node_modules/bun') });
process.stdout.write(`Bun ${await run(BUN, ['--version'])}`);
const emulator = await startEmulator();
const { ada } = emulator.people;
const token = await emulator.control.mintToken({ userId: ada.id });
await checkServer(emulator);
await inProject(checkLibrary);
await emulator.close();
await runSuites();

async function checkServer({ projectId, secretServerKey, url: apiUrl }: Emulator): Promise<void> {
  const env = {
    PATH: process.env['PATH'],
    STACK_PROJECT_ID: projectId,
    STACK_SECRET_SERVER_KEY: secretServerKey,
    STACK_API_URL: apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_DELAY: '0',
  };
  await using server = await startProgram(BUN, ['dist/main.js'], { env });
  const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
  const ask = async (query: string) => {
    const init = { method: 'POST', headers, body: JSON.stringify({ query }) };
    return (await fetch(`${server.url}/graphql`, init)).json();
  };
  // Twice: the first is prepared by Yoga, the second is answered by the fast path.
  for (let n = 0; n < 2; n += 1) {
    deepEqual(await ask('{ me { id email displayName } }'), {
      data: { me: { id: ada.id, email: ada.email, displayName: ada.displayName } },
    });
  }
  const rest = await fetch(`${server.url}/api/users/me`, { headers });
  deepEqual(await rest.json(), { user_id: ada.id, is_anonymous: false });
  equal((await fetch(`${server.url}/ready`)).status, 200);
  deepEqual(await server.end(), [0, null]);
  process.stdout.write('The built server answered under Bun and ended with code 0\n');
}

async function checkLibrary(folder: string): Promise<void> {
  await install(folder, [TARBALL]);
  writeFileSync(join(folder, 'consumer.js'), CONSUMER);
  const { projectId, secretServerKey, url: apiUrl } = emulator;
  const settings = JSON.stringify({ projectId, secretServerKey, apiUrl, TOKEN: token });
  const printed = await run(BUN, ['consumer.js'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], SETTINGS: settings },
  });
  deepEqual(JSON.parse(printed), ['object', ada.id, ada.displayName]);
  process.stdout.write('The library answered under Bun\n');
}

/** Shows what Vitest prints. Sets the exit code where a test fails, or too few have run. */
async function runSuites(): Promise<void> {
  const tests = spawn('npx', ['vitest', 'run', ...(isAll ? [] : FIRST)], {
    cwd: ROOT,
    env: { ...process.env, BUN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  tests.stdout.on('data', (chunk) => {
    printed += String(chunk);
    process.stdout.write(chunk);
  });
  const [code] = await once(tests, 'close');
  const passed = Number(/^(\d+) passed, \d+ failed$/m.exec(printed)?.[1] ?? 0);
  if (passed < MIN_PASSED) process.stderr.write(`Only ${passed} tests have passed under Bun\n`);
  process.exitCode = code === 0 && passed >= MIN_PASSED ? 0 : 1;
}
