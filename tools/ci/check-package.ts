// What `npm run pack` has made, checked as npm users get it: its manifest and types, what an install of it brings, and a small
// consumer of each entry. Needs the registry, so it is no part of `npm test`.
import { equal, ok } from 'node:assert/strict';
import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/manifests.ts';
import { bin, compile, inProject, packagesIn } from './consumer.ts';
import { install, run, TARBALL } from './consumer-folder.ts';

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

/** The newest, which need a newer Node than the package does. */
const NEWEST = ['graphql@17', '@pothos/core', '@pothos/plugin-scope-auth', 'graphql-yoga'];
const isNewNode = Number(process.versions.node.split('.')[0]) >= 22;

const isText = ['--exclude-entrypoints', './schema.graphql', '--no-definitely-typed'];
await Promise.all([
  run(bin('publint'), ['run', TARBALL, '--strict']),
  run(bin('attw'), [TARBALL, '--profile', 'esm-only', ...isText]),
  inProject(checkAlone),
  inProject(checkWithPeers),
  ...(isNewNode ? [inProject(checkWithNewestPeers)] : []),
]);
if (!isNewNode) process.stdout.write('Not tried on this version of Node: graphql 17, which needs 22\n');
process.stdout.write('The package has what it names, and its entries work\n');

async function checkAlone(folder: string): Promise<void> {
  const output = await install(folder, [TARBALL]);
  ok(!output.includes('EBADENGINE'), output);
  const packages = packagesIn(folder);
  const megabytes = sizeOf(join(folder, 'node_modules')) / 1_000_000;
  process.stdout.write(`An install: ${packages.length} packages, ${megabytes.toFixed(1)} MB\n`);
  ok(packages.length <= MAX_PACKAGES, packages.join('\n'));
  ok(megabytes <= MAX_MEGABYTES);
  await consume(folder, 'alone.ts');
}

async function checkWithPeers(folder: string): Promise<void> {
  await install(folder, OLDEST);
  await install(folder, [TARBALL]);
  const packages = packagesIn(folder);
  for (const name of ['graphql', '@pothos/core']) {
    equal(packages.filter((path) => path.endsWith(`node_modules/${name}`)).length, 1, `Copies of ${name}`);
  }
  await consume(folder, 'with-peers.ts');
}

async function checkWithNewestPeers(folder: string): Promise<void> {
  await install(folder, [TARBALL, ...NEWEST]);
  await consume(folder, 'newest-peers.ts');
}

/** The space that files take on a disk, as `du` counts it. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).blocks * 512, 0);
}

/** Compiles a consumer and runs it. */
async function consume(folder: string, consumer: string): Promise<void> {
  cpSync(join(ROOT, 'package/consumers', consumer), join(folder, consumer));
  await compile(folder, [consumer]);
  await run(process.execPath, [consumer.replace(/ts$/, 'js')], { cwd: folder });
}
