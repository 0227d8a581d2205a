// The code of the package: modules, as compiled, for what a team imports into its own server; bundles for what is a program.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundle } from '../bundle.ts';
import { describeLicences } from '../licences.ts';
import { ROOT } from '../manifests.ts';
import { checkCopies } from '../plugins/share-graphql.ts';
import { checkImports, packagesOfBundle } from './check-imports.ts';
import { compileModules } from './compile-modules.ts';
import { copyModules } from './copy-modules.ts';
import { type Entry, listEntries, type PackageManifest, readPackageManifest } from './entries.ts';
import { reachFrom } from './reach.ts';
import { nameSources } from './source-maps.ts';

/** Writes code, declarations and licences into the package's folder. Throws where a part imports what it may not. */
export async function buildPackage(folder: string): Promise<void> {
  const manifest = readPackageManifest();
  const entries = listEntries(manifest);
  using compiled = compileModules();
  const modules = entries.map((entry) => ({
    name: entry.name,
    ...reachFrom(filesOf(entry), compiled.folder),
  }));
  copyModules(new Set(modules.flatMap(({ files }) => files)), compiled.folder, join(folder, 'modules'));
  const programs: readonly Bundled[] = [
    { name: 'bin', source: 'src/main.ts', code: 'bin/main.js', external: [] },
    ...entries
      .filter(({ isBundled }) => isBundled)
      .map((entry) => ({ ...entry, external: externalOf(entry, manifest) })),
  ];
  const bundles = await Promise.all(
    programs.map(async (program) => ({ name: program.name, metafile: await bundleInto(folder, program) })),
  );
  nameSources({ folder, compiled: compiled.folder, root: ROOT });
  const ofBundles = bundles.map(({ name, metafile }) => ({ name, packages: packagesOfBundle(metafile) }));
  checkImports([...modules, ...ofBundles], manifest);
  const licences = describeLicences(bundles.map(({ metafile }) => metafile));
  writeFileSync(join(folder, 'LICENSES.md'), licences);
}

/** The compiled files to begin with. Those of bundled entries are declarations alone. */
function filesOf({ types, code, isBundled }: Entry): string[] {
  return (isBundled ? [types] : [types, code]).map((path) => path.replace('./modules/', ''));
}

/**
 * The server shares with its app what does not work in two copies, and has the rest in the versions that it is tested with.
 * The emulator is bundled with what is no dependency of the package.
 */
function externalOf({ name }: Entry, { dependencies = {} }: PackageManifest): readonly string[] {
  return name === './server'
    ? ['graphql', '@pothos/core', '@pothos/plugin-scope-auth']
    : Object.keys(dependencies);
}

interface Bundled {
  readonly name: string;
  readonly source: string;
  /** The path in the package. */
  readonly code: string;
  readonly external: readonly string[];
}

/** GraphiQL's files are in the package once, for the program and for the server. */
async function bundleInto(folder: string, { source, code, external }: Bundled): Promise<Metafile> {
  const metafile = await bundle({
    entries: { [basename(code, '.js')]: source },
    outdir: join(folder, dirname(code)),
    external,
    graphiql: { folder: join(folder, 'graphiql'), path: '../graphiql' },
  });
  checkCopies(metafile);
  return metafile;
}
