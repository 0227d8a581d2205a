// Each part of the package imports what it may, and all that is declared is imported.
import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';
import type { PackageManifest } from './entries.ts';
import { packageOf } from './specifiers.ts';

/** The peers that an entry may import. Who uses another has installed none of these. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  './yoga': ['graphql', 'graphql-yoga'],
  './apollo': ['graphql'],
  './pothos': ['graphql', '@pothos/core', '@pothos/plugin-scope-auth'],
  './server': ['graphql', '@pothos/core', '@pothos/plugin-scope-auth'],
};

/** Packages that what is bundled loads only for something that is not used here, with what that is. */
const NEVER_LOADED: Readonly<Record<string, string>> = {
  '@node-rs/xxhash': 'the method `digest` of @redis/client',
};

/** An entry, or the program, and the packages that it imports, each with a file that does. */
export interface Part {
  readonly name: string;
  readonly packages: ReadonlyMap<string, string>;
}

/** Throws where a part imports what is neither a dependency nor one of its peers, and where one is declared in vain. */
export function checkImports(parts: readonly Part[], manifest: PackageManifest): void {
  const { dependencies = {}, peerDependencies = {} } = manifest;
  const forbidden = parts.flatMap(({ name, packages }) => {
    const allowed = [...Object.keys(dependencies), ...(PEERS[name] ?? [])];
    const others = [...packages].filter(([one]) => !allowed.includes(one));
    return others.map(([one, file]) => `${name} may not import ${one}, which ${file} does`);
  });
  const unused = Object.keys({ ...dependencies, ...peerDependencies }).filter(
    (name) => !parts.some(({ packages }) => packages.has(name)),
  );
  const problems = [
    ...forbidden,
    ...unused.map((name) => `Nothing imports ${name}, which the manifest names`),
  ];
  if (problems.length > 0) throw new Error(`The package is wrong:\n${problems.join('\n')}`);
}

/** The packages that a bundle imports when it runs. */
export function packagesOfBundle({ outputs }: Metafile): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(outputs).flatMap(([file, { imports }]) =>
      imports.flatMap(({ path, external }): [string, string][] => {
        // Without the prefix, Node's own modules are named like packages.
        const name = external && !isBuiltin(path) ? packageOf(path) : undefined;
        return name === undefined || name in NEVER_LOADED ? [] : [[name, file]];
      }),
    ),
  );
}
