// GraphiQL's files are nine megabytes of text in a module: they are written compressed instead, a quarter as large.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';

/** `folder` is where the files are written, `path` where a bundled module finds them, relative to itself. */
export interface GraphiqlFiles {
  readonly folder: string;
  readonly path: string;
}

/** Writes the texts that GraphiQL's module exports as files, and replaces it with a module that reads them. */
export function packGraphiql({ folder, path }: GraphiqlFiles): Plugin {
  return {
    name: 'pack-graphiql',
    setup(build) {
      build.onLoad({ filter: /render-graphiql\/(esm|cjs)\/graphiql\.js$/ }, async (module) => {
        const texts: Record<string, string> = await import(pathToFileURL(module.path).href);
        await mkdir(folder, { recursive: true });
        await Promise.all(
          Object.entries(texts).map(async ([name, text]) =>
            writeFile(join(folder, `${name}.br`), await compress(text)),
          ),
        );
        return { contents: [reader(path), ...Object.keys(texts).map(exported)].join('\n'), loader: 'js' };
      });
    },
  };
}

/** Higher qualities take seconds and save a tenth; the large window saves a fifth. */
const compress = (text: string) =>
  promisify(brotliCompress)(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });

const reader = (path: string) => `import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
const read = (name) => brotliDecompressSync(readFileSync(new URL(\`${path}/\${name}.br\`, import.meta.url))).toString();`;

const exported = (name: string) => `export const ${name} = read('${name}');`;
