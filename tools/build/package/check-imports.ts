// The package imports what it declares, and declares what it imports.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { PackageManifest } from './entries.ts';
import { packageOf, specifiersIn } from './specifiers.ts';

/** What is checked: the folder of the modules, and what was bundled beside them. */
export interface CheckOptions {
  readonly manifest: PackageManifest;
  readonly modules: string;
  readonly bundles: readonly Metafile[];
}

/** Throws where a module, a declaration or a bundle imports another package, and where one is declared in vain. */
export function checkImports({ manifest, modules, bundles }: CheckOptions): void {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const used = new Map([...importsOfModules(modules), ...importsOfBundles(bundles)]);
  const undeclared = [...used].filter(([name]) => !declared.includes(name));
  const unused = declared.filter((name) => !used.has(name));
  const problems = [
    ...undeclared.map(([name, file]) => `${file} imports ${name}, which package/package.json does not name`),
    ...unused.map((name) => `package/package.json names ${name}, which nothing imports`),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** Packages, with a file that imports each. */
function importsOfModules(folder: string): [string, string][] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .flatMap((file) =>
      specifiersIn(readFileSync(join(folder, file), 'utf8')).flatMap((specifier) => named(specifier, file)),
    );
}

function importsOfBundles(bundles: readonly Metafile[]): [string, string][] {
  const outputs = bundles.flatMap((bundle) => Object.entries(bundle.outputs));
  return outputs.flatMap(([file, { imports }]) =>
    // Without the prefix, Node's own modules are named like packages.
    imports.flatMap(({ path, external }) => (external && !isBuiltin(path) ? named(path, file) : [])),
  );
}

function named(specifier: string, file: string): [string, string][] {
  const name = packageOf(specifier);
  return name === undefined ? [] : [[name, file]];
}
