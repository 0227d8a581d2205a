// Changes to the modules of this repository and of an app, which mean the same and bundle better.
import { createHash } from 'node:crypto';
import { cp, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { ROOT } from '../manifests.ts';

const FILE = /new URL\(\s*(['"`])([^'"`$]+)\1,\s*import\.meta\.url,?\s*\)/g;
const ZOD = /^import \{ z \} from 'zod';$/m;

/**
 * Copies files and folders that a module names by `new URL('name', import.meta.url)` into `files/` in `outdir`, since they must
 * be beside the bundle, and imports Zod so that what is not used, such as its fifty languages, is left out.
 */
export function ownModules(outdir: string): Plugin {
  return {
    name: 'own-modules',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path: module }) => {
        if (module.includes('/node_modules/')) return undefined;
        const source = await readFile(module, 'utf8');
        const contents = await copyFiles(module, source.replace(ZOD, "import * as z from 'zod';"), outdir);
        return { contents, loader: /x$/.test(module) ? 'tsx' : 'ts' };
      });
    },
  };
}

/** Gives the source with the places of the copies. Throws where there is no such file. */
async function copyFiles(module: string, source: string, outdir: string): Promise<string> {
  let changed = source;
  for (const [found, , path = ''] of source.matchAll(FILE)) {
    const file = resolve(dirname(module), path);
    const info = await stat(file).catch(() => undefined);
    if (info === undefined || module.startsWith(`${file}/`)) {
      throw new Error(`${found} in ${module} names no file that can be copied`);
    }
    const copy = `files/${nameOf(file)}`;
    await cp(file, join(resolve(ROOT, outdir), copy), { recursive: true });
    const place = info.isDirectory() ? `${copy}/` : copy;
    changed = changed.replaceAll(found, `new URL('${place}', import.meta.url)`);
  }
  return changed;
}

/** Two modules in different folders may have files of one name. */
function nameOf(file: string): string {
  const hash = createHash('sha256').update(relative(ROOT, file)).digest('hex').slice(0, 8);
  return `${hash}-${basename(file)}`;
}
