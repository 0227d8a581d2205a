// The compiled modules and declarations that entries reach.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRelative, packageOf, specifiersIn } from './specifiers.ts';

/** What is reached: files relative to the folder, and packages with a file that imports each. */
export interface Reached {
  readonly files: readonly string[];
  readonly packages: ReadonlyMap<string, string>;
}

/** Follows the imports of `.js` and `.d.ts` files from those in `entries`. Throws where a file is missing. */
export function reachFrom(entries: readonly string[], folder: string): Reached {
  const files = [...entries];
  const packages = new Map<string, string>();
  for (const file of files) {
    const ending = file.endsWith('.d.ts') ? '.d.ts' : '.js';
    for (const specifier of specifiersIn(readFileSync(join(folder, file), 'utf8'))) {
      const name = packageOf(specifier);
      if (name !== undefined) packages.set(name, file);
      // Declarations name the sources, whose ending the compiler leaves.
      const target = join(dirname(file), specifier.replace(/\.[jt]s$/, ending));
      if (isRelative(specifier) && !files.includes(target)) files.push(target);
    }
  }
  return { files, packages };
}
