// The server's bundle, with the manifest and the licences that belong to it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { findExternalPackages } from './external-packages.ts';
import { describeLicences } from './licences.ts';
import { ROOT, readManifest } from './manifests.ts';
import { checkCopies } from './plugins/share-graphql.ts';

/** Bundles these entries into a folder, which becomes a package whose dependencies are what could not be bundled. */
export async function buildServer(entries: Readonly<Record<string, string>>, outdir: string): Promise<void> {
  const external = findExternalPackages(ROOT);
  const metafile = await bundle({ entries, outdir, external: [...external.keys()] });
  checkCopies(metafile);
  const { name, version } = readManifest(ROOT);
  const manifest = {
    name,
    version,
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(external),
  };
  writeFileSync(join(outdir, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(outdir, 'LICENSES.md'), describeLicences([metafile]));
}
