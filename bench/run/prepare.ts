// What must be there before anything can be measured: the peers' packages, and a build of our own server.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where our own build goes. */
export const DIST = join(root, 'dist');

/** Installs the peers by the lock file, unless that was done since it last changed. */
export function installPeers(): void {
  if (
    modifiedAt(join(bench, 'node_modules/.package-lock.json')) >= modifiedAt(join(bench, 'package-lock.json'))
  )
    return;
  run('Installing the peers', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], bench);
}

/** Builds our own server, unless nothing in src/ is newer than the build. */
export function buildOurs(): void {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const newest = Math.max(...sources.map((file) => modifiedAt(join(root, 'src', file))));
  if (modifiedAt(join(DIST, 'main.js')) > newest) return;
  run('Building', 'npm', ['run', 'build'], root);
}

/** The command of Bun: the one that is asked for, or that of `tools/bun`; `undefined` where that is not installed. */
export function findBun(asked: string | undefined): string | undefined {
  const installed = join(root, 'tools/bun/node_modules/.bin/bun');
  return asked ?? (existsSync(installed) ? installed : undefined);
}

/** Whether there is a redis-server on the PATH. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** The commit that is measured, and whether there is more in the sources than it holds. */
export function describeCommit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return 'unknown';
  }
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function run(what: string, command: string, args: readonly string[], cwd: string): void {
  process.stdout.write(`${what} …\n`);
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
