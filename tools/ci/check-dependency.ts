// A team's repository on the packed package: examples/dependency in a folder of its own, and the apps of other examples,
// unchanged, beside it. Compiles and tests them, starts what a team starts, and asks it. Needs the registry, or npm's cache.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Emulator, startEmulator } from '../../src/library/testing.ts';
import { ROOT, readManifest } from '../build/manifests.ts';
import { inFolder, install, run, type ServerProcess, startProgram, TARBALL } from './consumer-folder.ts';

/** Apps that need no package of their own. */
const APPS = ['boards', 'greeting'];

/** What docs/dependency.md says to install for the notes, and types. */
const IMPORTED_BY_NOTES = [
  'drizzle-orm',
  'pg',
  '@types/pg',
  '@electric-sql/pglite',
  'dataloader',
  'graphql-yoga',
  'zod',
];

/** A header of the emulator's own, which stands in its code alone. */
const EMULATOR_MARK = 'x-emulator-secret';

/** What `npx stack-auth-graphql` starts. npx takes longer, and passes no signal on. */
const BIN = 'node_modules/.bin/stack-auth-graphql';

const LONGEST_LINE = 2_000;

const example = join(ROOT, 'examples/dependency');
const ofRoot: Readonly<Record<string, string>> = {
  ...readManifest(ROOT).dependencies,
  ...readManifest(ROOT).devDependencies,
  'stack-auth-graphql': `^${readManifest(ROOT).version}`,
};
const { dependencies, devDependencies } = readManifest(example);
for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
  equal(range, ofRoot[name], `The range of ${name} in examples/dependency`);
}

const emulator = await startEmulator();
const { id } = await emulator.addUser({ displayName: 'Ada' });
const token = await emulator.token(id);
try {
  await inFolder(async (folder) => {
    cpSync(example, folder, {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist)$/.test(path),
    });
    for (const app of APPS) copyApp(app, folder);
    for (const file of ['copies.ts', 'greeting-app.ts'])
      cpSync(join(ROOT, 'package/consumers', file), join(folder, file));
    await install(folder, [TARBALL]);
    checkFence(join(folder, 'node_modules/stack-auth-graphql'));

    const tests = run('npm', ['test'], { cwd: folder });
    await all([
      // The package's declarations need its peers and no other package.
      run('npm', ['run', 'typecheck', '--', '--skipLibCheck', 'false'], { cwd: folder }),
      run('npm', ['run', 'build'], { cwd: folder }),
      tests,
    ]);
    match(await tests, /^[#ℹ] pass [1-9]\d*$/m);
    await all([
      run(process.execPath, ['--import', 'tsx', 'copies.ts'], { cwd: folder }),
      checkMain(folder),
      checkDevelopment(folder),
      checkProgram(folder),
      checkSchema(folder),
      checkNotes(folder),
    ]);
  });
} finally {
  await emulator.close();
}
process.stdout.write('A repository of its own compiles, is tested and serves its app\n');

/** Waits for all, also where one fails, so that each ends what it started. Rejects with the first that failed. */
async function all(checks: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(checks);
  await Promise.all(checks);
}

/** Without its tests, which are for a clone. */
function copyApp(name: string, folder: string): void {
  const filter = (path: string) => !path.endsWith('.test.ts');
  cpSync(join(ROOT, 'examples', name), join(folder, name), { recursive: true, filter });
}

/** The app of docs/adding-a-type.md, with what it imports besides: linked, since an install takes as long as all else. */
async function checkNotes(folder: string): Promise<void> {
  copyApp('notes', folder);
  for (const name of IMPORTED_BY_NOTES) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    // npm may have installed it already, below the package.
    if (!existsSync(link)) symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  await run('npm', ['run', 'typecheck'], { cwd: folder });
}

/** The emulator is in the package, and in no part of it but its entry. */
function checkFence(installed: string): void {
  const marked = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.js') &&
      // Texts are broken where lines are.
      readFileSync(join(installed, file), 'utf8').replaceAll('\\\n', '').includes(EMULATOR_MARK),
  );
  deepEqual(marked, ['testing/testing.js']);
}

function envOf({ projectId, secretServerKey, url }: Emulator): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    STACK_PROJECT_ID: projectId,
    STACK_SECRET_SERVER_KEY: secretServerKey,
    STACK_API_URL: url,
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_DELAY: '0',
  };
}

/** `npm start` without npm, which passes no signal on. */
async function checkMain(folder: string): Promise<void> {
  await using server = await startProgram(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env: envOf(emulator),
  });
  deepEqual(await ask(server, '{ me { displayName bookmarks { url } } }'), {
    me: { displayName: 'Ada', bookmarks: [] },
  });
  deepEqual(await server.end(), [0, null]);

  const { STACK_PROJECT_ID: _left, ...env } = envOf(emulator);
  const printed = await run(process.execPath, ['dist/main.js'], { cwd: folder, env, code: 1 });
  match(printed, /STACK_PROJECT_ID is missing/);
  ok(
    printed.split('\n').every((line) => line.length < LONGEST_LINE),
    'A line of the bundle is too long to be printed',
  );
}

/** `npm run dev` without the watching. */
async function checkDevelopment(folder: string): Promise<void> {
  await using server = await startProgram(process.execPath, ['--import', 'tsx', 'dev.ts'], {
    cwd: folder,
    env: envOf(emulator),
  });
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  equal(page.status, 200);
  const [, file] = /src="([^"]+\.js)"/.exec(await page.text()) ?? [];
  ok(file);
  equal((await fetch(new URL(file, `${server.url}/graphql`))).status, 200);
  deepEqual(await server.end(), [0, null]);
}

/** `npx stack-auth-graphql`: the server without an app, and its commands. */
async function checkProgram(folder: string): Promise<void> {
  const env = envOf(emulator);
  const options = { cwd: folder, env };
  await using server = await startProgram(BIN, [], options);
  deepEqual(await ask(server, '{ me { displayName } }'), { me: { displayName: 'Ada' } });
  deepEqual(await server.end(), [0, null]);
  equal(await run('npx', ['stack-auth-graphql', '--version'], options), `${readManifest(ROOT).version}\n`);
  equal(
    await run(BIN, ['schema'], options),
    `${readFileSync(join(ROOT, 'schema.graphql'), 'utf8').trim()}\n`,
  );
  match(await run(BIN, ['doctor'], options), /✓ keys[^✗]*$/);
}

/** The team's way to write its schema: the program knows only what is shipped. */
async function checkSchema(folder: string): Promise<void> {
  await run('npm', ['run', 'schema'], { cwd: folder });
  match(readFileSync(join(folder, 'schema.graphql'), 'utf8'), /bookmarks: \[Bookmark!\]/);
}

async function ask({ url }: ServerProcess, query: string): Promise<unknown> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await answer.json()) as { readonly data: unknown; readonly errors?: unknown };
  equal(errors, undefined);
  return data;
}
