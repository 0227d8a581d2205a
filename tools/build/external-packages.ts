// Packages that cannot be bundled: those with native or WebAssembly files, which they look for beside their own modules.
import { readdirSync } from 'node:fs';
import { findPackage, type Manifest, readManifest } from './manifests.ts';

/** Two copies of one of these do not work together, so what imports them is bundled with them. */
const NEVER_TWICE = ['graphql', '@pothos/core'];

/**
 * The production dependencies of the package in `root` that must be installed beside its bundle, with their versions: those
 * that have native or wasm files, themselves or in a package for one platform, and those that its `external` lists. Throws
 * where one is needed in two versions, and where one that is listed is not installed or imports GraphQL.
 */
export function findExternalPackages(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { external: listed = [] } = readManifest(root);
  const seen = new Set<string>();
  const folders = [root];
  for (const folder of folders) {
    const { dependencies, optionalDependencies } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const target = findPackage(name, folder);
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      const manifest = readManifest(target);
      if (listed.includes(name)) refuseGraphql(manifest);
      if (listed.includes(name) || (!needsGraphql(manifest) && isNative(target, manifest)))
        add(found, manifest);
      else folders.push(target);
    }
  }
  const missing = listed.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new Error(`"external" in package.json lists no dependency: ${missing.join(', ')}`);
  return found;
}

function add(found: Map<string, string>, { name, version }: Manifest): void {
  const other = found.get(name);
  if (other !== undefined && other !== version) {
    throw new Error(`${name} cannot be bundled, and is needed as ${other} and as ${version}`);
  }
  found.set(name, version);
}

function needsGraphql({ name, dependencies, peerDependencies }: Manifest): boolean {
  const needed = Object.keys({ ...dependencies, ...peerDependencies, [name]: '' });
  return NEVER_TWICE.some((one) => needed.includes(one));
}

function refuseGraphql(manifest: Manifest): void {
  if (needsGraphql(manifest)) {
    throw new Error(`${manifest.name} cannot be external: it would load a second copy of graphql`);
  }
}

function isNative(folder: string, { optionalDependencies = {} }: Manifest): boolean {
  const forPlatforms = Object.keys(optionalDependencies).flatMap((name) => findPackage(name, folder) ?? []);
  return [folder, ...forPlatforms].some(hasNativeFiles);
}

function hasNativeFiles(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) =>
    entry.isDirectory()
      ? entry.name !== 'node_modules' && hasNativeFiles(`${folder}/${entry.name}`)
      : /\.(node|wasm)$/.test(entry.name),
  );
}
