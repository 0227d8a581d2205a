// A team's project in a folder of its own, with the packed tarball in it.
import { deepEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readManifest } from '../build/manifests.ts';

/** What `npm run pack` has made. */
export const TARBALL = join(ROOT, `dist/stack-auth-graphql-${readManifest(ROOT).version}.tgz`);

/** A command of this repository. */
export const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** Calls back with an empty project in a folder that is removed afterwards. */
export function inFolder(check: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives what npm prints. */
export function install(folder: string, packages: readonly string[]): string {
  return run(
    'npm',
    ['install', '--save-exact', '--no-audit', '--no-fund', '--prefer-offline', ...packages],
    folder,
  );
}

/** The folders of what is installed. */
export function packagesIn(folder: string): string[] {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  return Object.keys((lock as { readonly packages: object }).packages);
}

const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  strict: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
};

/**
 * Compiles files of the folder, with the declarations of the package, which are checked. Those of other packages have mistakes
 * of their own.
 */
export function compile(folder: string, files: readonly string[], options: object = {}): void {
  const compilerOptions = { ...COMPILER_OPTIONS, ...options };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { stdout } = spawnSync(bin('tsc'), ['-p', '.'], { cwd: folder, encoding: 'utf8' });
  const mistakes = stdout
    .split('\n')
    .filter((line) => /^(node_modules\/stack-auth-graphql\/|[\w-]+\.ts|tsconfig|error)/.test(line));
  deepEqual(mistakes, []);
}

/** Gives what a command prints. Prints it and throws where it fails. */
export function run(command: string, args: readonly string[], cwd: string = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const output = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`, { cause: error });
  return output;
}
