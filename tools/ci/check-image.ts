// What the Dockerfile makes of an app with packages that cannot be bundled (test/support/image-app): carries out its COPY and RUN
// steps in an empty folder, measures and asks the result, and checks that it fails without each of its parts.
// The gate has run `npm ci` with the same lock file, so hard links to those packages take its place; with --install it is run.
// Needs the registry, or npm's cache.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../src/library/testing.ts';
import { ROOT, readManifest } from '../build/manifests.ts';
import { packagesIn } from './consumer.ts';
import { startProgram } from './consumer-folder.ts';
import { buildImage, filesIn, type Image } from './image/build-image.ts';
import { writeContext } from './image/context.ts';

/** All of `dist`, with source maps and GraphiQL: the layer of the image that is the server. */
const MAX_MEGABYTES = 20;

/** Packages of the app that are not in the bundle. */
const EXTERNAL = ['@electric-sql/pglite', 'oxc-resolver'];

/** Files without which the app cannot work, and what is said where one is missing. */
const PARTS: readonly (readonly [file: RegExp, message: RegExp])[] = [
  [/pglite\.wasm$/, /ENOENT.*pglite\.wasm/],
  [/resolver\.[\w-]+\.node$/, /Cannot find native binding/],
  [
    /@electric-sql\/pglite\/package\.json$/,
    /Cannot find package '@electric-sql\/pglite'|ERR_MODULE_NOT_FOUND/,
  ],
  [/-notes\.sql$/, /ENOENT.*-notes\.sql/],
];

const MEGABYTE = 1_000_000;
const mustInstall = process.argv.includes('--install');

const folder = mkdtempSync(join(tmpdir(), 'image-'));
const emulator = await startEmulator();
try {
  const context = join(folder, 'context');
  writeContext({ folder: context, app: 'test/support/image-app', packages: EXTERNAL });
  const image = buildImage({ context, folder: join(folder, 'stages'), run });
  measure(image);
  await ask(image, emulator);
  const files = filesIn(image.workdir);
  for (const [part, message] of PARTS) {
    const file = files.find((path) => part.test(path));
    ok(file, `The image has no file ${part}`);
    renameSync(file, `${file}.away`);
    await rejects(ask(image, emulator), message, `It works without ${file}`);
    renameSync(`${file}.away`, file);
  }
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true });
}

function run(command: string, cwd: string): void {
  if (!mustInstall && /^npm ci --ignore-scripts( |$)/.test(command)) {
    execFileSync('cp', ['-al', join(ROOT, 'node_modules'), 'node_modules'], { cwd });
    return;
  }
  // Without the settings of the command that runs this script, such as the folder of its package.
  const own = /^(npm_|INIT_CWD|NODE_ENV)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  execFileSync('sh', ['-c', command], {
    cwd,
    env: { ...env, npm_config_prefer_offline: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function measure({ root, workdir }: Image): void {
  deepEqual(Object.keys(readManifest(join(workdir, 'dist')).dependencies ?? {}).sort(), EXTERNAL);
  const packages = packagesIn(workdir).map((path) => path.replace(/^node_modules\//, ''));
  const ofPlatform = /^@oxc-resolver\/binding-/;
  deepEqual(packages.filter((name) => !ofPlatform.test(name)).sort(), EXTERNAL);
  const [dist, modules] = [join(workdir, 'dist'), join(workdir, 'node_modules')].map(bytesOf);
  ok(dist && modules);
  equal(bytesOf(root), dist + modules, 'The last stage has files beside dist and node_modules');
  ok(dist <= MAX_MEGABYTES * MEGABYTE, `dist has ${megabytes(dist)} MB`);
  process.stdout.write(
    `The image has ${megabytes(dist)} MB of the server, and ${megabytes(modules)} MB of ${EXTERNAL.join(' and ')}\n`,
  );
}

function bytesOf(path: string): number {
  return filesIn(path).reduce((bytes, file) => bytes + statSync(file).size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}

/** Starts the program in the environment of the image, and stores and reads a note of a user. */
async function ask(
  { workdir, env, entrypoint: [command, ...args] }: Image,
  provider: Emulator,
): Promise<void> {
  equal(command, 'node');
  await using server = await startProgram(process.execPath, args, {
    cwd: workdir,
    env: {
      ...env,
      STACK_PROJECT_ID: provider.projectId,
      STACK_SECRET_SERVER_KEY: provider.secretServerKey,
      STACK_API_URL: provider.url,
      HOST: '127.0.0.1',
      PORT: '0',
      SHUTDOWN_DELAY: '0',
    },
  });
  const { id } = await provider.addUser();
  const token = await provider.token(id);
  const post = async (query: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };
  deepEqual(await post('mutation { addNote(text: "kept") }'), { data: { addNote: true } });
  const resolved = join(workdir, 'dist/main.js');
  deepEqual(await post('{ notes resolved me { id } }'), { data: { notes: ['kept'], resolved, me: { id } } });
  deepEqual(await server.end(), [0, null]);
}
