// The context of a build: this repository as git has it, with an app and the packages that the app needs.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manifest, ROOT } from '../../build/manifests.ts';

/** What a team makes of a checkout. */
export interface ContextOptions {
  /** An empty folder, or one that does not exist. */
  readonly folder: string;
  /** The folder of the app, from the root. */
  readonly app: string;
  /** Development dependencies of this repository that become dependencies. */
  readonly packages: readonly string[];
}

interface LockFile {
  readonly packages: Readonly<Record<string, Manifest>> & { readonly '': Manifest };
}

/** Writes the context. Files that are not committed are in it, ignored ones are not. */
export function writeContext({ folder, app, packages }: ContextOptions): void {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = String(execFileSync('git', list, { cwd: ROOT })).split('\0');
  for (const file of files) {
    if (file === '' || file.startsWith('src/app/') || !existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  cpSync(join(ROOT, app), join(folder, 'src/app'), { recursive: true });
  // As `npm install` of the packages would have written them.
  const move = (manifest: Manifest) => moveToDependencies(manifest, packages);
  change<Manifest>(join(folder, 'package.json'), move);
  change<LockFile>(join(folder, 'package-lock.json'), (lock) => ({
    ...lock,
    packages: { ...lock.packages, '': move(lock.packages['']) },
  }));
}

function change<T>(file: string, by: (content: T) => T): void {
  writeFileSync(file, JSON.stringify(by(JSON.parse(readFileSync(file, 'utf8')) as T)));
}

function moveToDependencies(manifest: Manifest, packages: readonly string[]): Manifest {
  const { dependencies, devDependencies = {} } = manifest;
  const isMoved = ([name]: readonly [string, string]) => packages.includes(name);
  const all = Object.entries(devDependencies);
  return {
    ...manifest,
    dependencies: { ...dependencies, ...Object.fromEntries(all.filter(isMoved)) },
    devDependencies: Object.fromEntries(all.filter((entry) => !isMoved(entry))),
  };
}
