// A module finds a file beside it by `new URL('name', import.meta.url)`: in a bundle the file must be beside the bundle.
import { createHash } from 'node:crypto';
import { cp, readFile, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { ROOT } from '../manifests.ts';

const FILE = /new URL\(\s*(['"`])([^'"`$]+)\1,\s*import\.meta\.url,?\s*\)/g;

/** Copies files and folders that our own modules name in this way into `files/` in `outdir`, under a name of their own. */
export function copyFilesBesideModules(outdir: string): Plugin {
  return {
    name: 'copy-files-beside-modules',
    setup(build) {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path: module }) => {
        if (module.includes('/node_modules/')) return undefined;
        let contents = await readFile(module, 'utf8');
        for (const [found, , path = ''] of contents.matchAll(FILE)) {
          const file = resolve(dirname(module), path);
          const info = await stat(file).catch(() => undefined);
          if (info === undefined || module.startsWith(`${file}/`)) {
            return { errors: [{ text: `${found} in ${module} names no file that can be copied` }] };
          }
          const copy = `files/${nameOf(file)}`;
          await cp(file, resolve(build.initialOptions.absWorkingDir ?? '', outdir, copy), {
            recursive: true,
          });
          contents = contents.replaceAll(
            found,
            `new URL('${copy}${info.isDirectory() ? '/' : ''}', import.meta.url)`,
          );
        }
        return { contents, loader: /x$/.test(module) ? 'tsx' : 'ts' };
      });
    },
  };
}

/** Two modules in different folders may have files of one name. */
function nameOf(file: string): string {
  const hash = createHash('sha256').update(relative(ROOT, file)).digest('hex').slice(0, 8);
  return `${hash}-${basename(file)}`;
}
