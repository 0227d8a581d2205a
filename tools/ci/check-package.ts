// What `npm run pack` has made, checked as npm users get it: its manifest and types, what an install of it brings, and a small
// consumer of each entry. Needs the registry, so it is no part of `npm test`.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readManifest } from '../build/manifests.ts';

/** Of an install in an empty folder. Megabytes as `du` counts them. */
const MAX_PACKAGES = 20;
const MAX_MEGABYTES = 35;

/** The oldest versions of the peers. */
const OLDEST = [
  'graphql@16.9.0',
  '@pothos/core@4.5.0',
  '@pothos/plugin-scope-auth@4.1.2',
  'graphql-yoga@5.10.0',
];

const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);
const { version } = readManifest(ROOT);
const tarball = join(ROOT, `dist/stack-auth-graphql-${version}.tgz`);

run(bin('publint'), ['run', tarball, '--strict']);
const isText = ['--exclude-entrypoints', './schema.graphql', '--no-definitely-typed'];
run(bin('attw'), [tarball, '--profile', 'esm-only', ...isText]);

inFolder((folder) => {
  const output = install(folder, [tarball]);
  ok(!output.includes('EBADENGINE'), output);
  const packages = packagesIn(folder);
  const megabytes = sizeOf(join(folder, 'node_modules')) / 1_000_000;
  process.stdout.write(`An install: ${packages.length} packages, ${megabytes.toFixed(1)} MB\n`);
  ok(packages.length <= MAX_PACKAGES, packages.join('\n'));
  ok(megabytes <= MAX_MEGABYTES);
  consume(folder, 'alone.ts');
});

inFolder((folder) => {
  install(folder, OLDEST);
  install(folder, [tarball]);
  const packages = packagesIn(folder);
  for (const name of ['graphql', '@pothos/core']) {
    equal(packages.filter((path) => path.endsWith(`node_modules/${name}`)).length, 1, `Copies of ${name}`);
  }
  consume(folder, 'with-peers.ts');
});
process.stdout.write('The package has what it names, and its entries work\n');

/** Calls back with an empty project in a folder that is removed afterwards. */
function inFolder(check: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives what npm prints. */
function install(folder: string, packages: readonly string[]): string {
  return run(
    'npm',
    ['install', '--save-exact', '--no-audit', '--no-fund', '--prefer-offline', ...packages],
    folder,
  );
}

/** The folders of what is installed. */
function packagesIn(folder: string): string[] {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  return Object.keys((lock as { readonly packages: object }).packages);
}

/** The space that files take on a disk, as `du` counts it. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).blocks * 512, 0);
}

/** Compiles a consumer against the installed declarations, which are checked, and runs it. */
function consume(folder: string, consumer: string): void {
  cpSync(join(ROOT, 'package/consumers', consumer), join(folder, consumer));
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [consumer] }));
  const { stdout } = spawnSync(bin('tsc'), ['-p', '.'], { cwd: folder, encoding: 'utf8' });
  // The oldest versions of the peers have mistakes of their own.
  const mistakes = stdout
    .split('\n')
    .filter((line) => /^(node_modules\/stack-auth-graphql\/|[\w-]+\.ts|error)/.test(line));
  deepEqual(mistakes, []);
  run(process.execPath, [consumer.replace(/ts$/, 'js')], folder);
}

/** Gives what a command prints. Prints it and throws where it fails. */
function run(command: string, args: readonly string[], cwd: string = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const output = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`, { cause: error });
  return output;
}
