// The entries of the package, read from the one place that names them: `exports` in package/package.json.
import { basename, join } from 'node:path';
import { type Manifest, ROOT, readManifest } from '../manifests.ts';

/** The folder of compiled modules in the package; what stands in another folder is bundled. */
const MODULES = './modules/';

/** An entry. Paths are relative to the package, `source` to the root of the repository. */
export interface Entry {
  /** Such as `./fetch`. */
  readonly name: string;
  readonly source: string;
  readonly types: string;
  readonly code: string;
  readonly isBundled: boolean;
}

/** What is published, as far as the build reads it. */
export interface PackageManifest extends Manifest {
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

/** The manifest of what is published. */
export function readPackageManifest(): PackageManifest {
  return readManifest(join(ROOT, 'package')) as PackageManifest;
}

/** The entries with code, in the order of the manifest. */
export function listEntries({ exports }: PackageManifest): readonly Entry[] {
  return Object.entries(exports).flatMap(([name, target]) => {
    if (typeof target === 'string') return [];
    const { types, default: code } = target;
    const source = `src/library/${basename(types, '.d.ts')}.ts`;
    return [{ name, source, types, code, isBundled: !code.startsWith(MODULES) }];
  });
}
