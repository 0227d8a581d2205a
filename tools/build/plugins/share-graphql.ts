// One copy of graphql in a bundle: packages that are CommonJS and those that are not would get one each.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { findPackage, ROOT } from '../manifests.ts';

/** Resolves every import of graphql to the modules of the copy that is installed at the root. */
export function shareGraphql({ external }: { readonly external: readonly string[] }): Plugin {
  return {
    name: 'share-graphql',
    setup(build) {
      if (external.includes('graphql')) return;
      const folder = findPackage('graphql', ROOT) ?? '';
      build.onResolve({ filter: /^graphql(\/|$)/ }, ({ path }) => {
        const module = join(folder, path.slice('graphql'.length).replace(/\.m?js$/, ''));
        const file = [`${module}.mjs`, join(module, 'index.mjs')].find((name) => existsSync(name));
        return file === undefined ? undefined : { path: file };
      });
    },
  };
}

/** Throws where graphql or Pothos is in a bundle twice, or once as CommonJS and once as modules. */
export function checkCopies({ inputs }: Metafile): void {
  for (const name of ['graphql', '@pothos/core']) {
    const pattern = new RegExp(`^(.*node_modules/${name})/(esm/|lib/)?.*\\.(\\w+)$`);
    const copies = new Set(
      Object.keys(inputs).flatMap((file) => {
        const [, folder, build, extension] = pattern.exec(file) ?? [];
        return folder === undefined ? [] : [`${folder} (${build ?? ''}*.${extension})`];
      }),
    );
    if (copies.size > 1) throw new Error(`${name} is bundled more than once: ${[...copies].join(', ')}`);
  }
}
