// The library's modules and declarations, as the compiler writes them.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../manifests.ts';

/** Where tsconfig.package.json compiles to. */
const COMPILED = join(ROOT, 'dist/compiled');

/** A folder that is removed where its scope ends. */
interface Compiled extends Disposable {
  readonly folder: string;
}

/** Compiles `src/library` and what it imports; with more options of tsc than those of tsconfig.package.json. */
export function compileModules(options: readonly string[] = []): Compiled {
  const remove = () => rmSync(COMPILED, { recursive: true, force: true });
  remove();
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.package.json', ...options], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return { folder: COMPILED, [Symbol.dispose]: remove };
}
