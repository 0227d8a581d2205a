// A team's project in a folder of its own, with the packed tarball in it.
import { deepEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, readManifest } from '../build/manifests.ts';

/** What `npm run pack` has made. */
export const TARBALL = join(ROOT, `dist/stack-auth-graphql-${readManifest(ROOT).version}.tgz`);

/** A command of this repository. */
export const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** Calls back with an empty project in a folder that is removed afterwards. */
export async function inFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    await check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives what npm prints. */
export function install(folder: string, packages: readonly string[]): Promise<string> {
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
export async function compile(folder: string, files: readonly string[], options: object = {}): Promise<void> {
  const compilerOptions = { ...COMPILER_OPTIONS, ...options };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  // tsc fails where another package has mistakes.
  const { stdout } = await execute(bin('tsc'), ['-p', '.'], { cwd: folder }).catch(outputOf);
  const mistakes = stdout
    .split('\n')
    .filter((line) => /^(node_modules\/stack-auth-graphql\/|[\w-]+\.ts|tsconfig|error)/.test(line));
  deepEqual(mistakes, []);
}

/** Gives what a command prints. Rejects with it where the command fails. */
export async function run(command: string, args: readonly string[], cwd: string = ROOT): Promise<string> {
  try {
    const { stdout, stderr } = await execute(command, args, { cwd, timeout: 60_000 });
    return `${stdout}${stderr}`;
  } catch (error) {
    const { stdout, stderr } = outputOf(error);
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

const execute = promisify(execFile);

/** What a command printed that failed. Throws what is no such failure. */
function outputOf(error: unknown): { readonly stdout: string; readonly stderr: string } {
  if (error instanceof Error && 'stdout' in error && 'stderr' in error)
    return { stdout: String(error.stdout), stderr: String(error.stderr) };
  throw error;
}
