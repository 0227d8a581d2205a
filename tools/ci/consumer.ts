// A team's project in TypeScript, in a folder of its own.
import { deepEqual } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build/manifests.ts';
import { inFolder, run } from './consumer-folder.ts';

/** A command of this repository. */
export const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** Calls back with an empty project in a folder that is removed afterwards. */
export function inProject(check: (folder: string) => Promise<void>): Promise<void> {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    return check(folder);
  });
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
  const printed = await run(bin('tsc'), ['-p', '.'], { cwd: folder }).catch((error: Error) => {
    // The exit codes of tsc where it found mistakes.
    if (/ ended with [12]:\n/.test(error.message)) return error.message;
    throw error;
  });
  const mistakes = printed
    .split('\n')
    .filter((line) => /^(node_modules\/stack-auth-graphql\/|[\w-]+\.ts|tsconfig|error)/.test(line));
  deepEqual(mistakes, []);
}
