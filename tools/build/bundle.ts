// The bundler's options, the same for the server, for tests, and for the bundled entries of the package.
import { join } from 'node:path';
import { build, type LogLevel, type Metafile } from 'esbuild';
import { ROOT, readManifest } from './manifests.ts';
import { deferEvaluation } from './plugins/defer-evaluation.ts';
import { ownModules } from './plugins/own-modules.ts';
import { type GraphiqlFiles, packGraphiql } from './plugins/pack-graphiql.ts';
import { partOfUndici } from './plugins/part-of-undici.ts';
import { shareGraphql } from './plugins/share-graphql.ts';

/** What is bundled, and where it goes. Paths are absolute or relative to the root. */
export interface BundleOptions {
  /** Sources by the name of their bundle. */
  readonly entries: Readonly<Record<string, string>>;
  readonly outdir: string;
  /** Packages that are imported when the bundle runs. */
  readonly external: readonly string[];
  /** Where GraphiQL's files go: by default into `graphiql/` in `outdir`. */
  readonly graphiql?: GraphiqlFiles;
  /** What esbuild prints: warnings by default. */
  readonly logLevel?: LogLevel;
}

/** Packages that are CommonJS call `require` for what Node has, and look for files by `__dirname`. */
const BANNER = [
  "import { createRequire as bundledCreateRequire } from 'node:module';",
  'const require = bundledCreateRequire(import.meta.url);',
  'const bundledFilename = import.meta.filename;',
  'const bundledDirname = import.meta.dirname;',
].join('\n');

/**
 * Writes one file for each entry, one for each module that is imported with `import()`, and files that they share. All of
 * them are in `outdir` itself, so that a path relative to a module is the same for each. Throws where a module is missing.
 */
export async function bundle({
  entries,
  outdir,
  external,
  graphiql,
  logLevel = 'warning',
}: BundleOptions): Promise<Metafile> {
  const { version } = readManifest(ROOT);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { ...entries },
    outdir,
    external: [...external],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    banner: { js: BANNER },
    define: {
      __filename: 'bundledFilename',
      __dirname: 'bundledDirname',
      BUNDLED_VERSION: JSON.stringify(version),
    },
    // Names stay, so that stacks in a log can be read.
    minifyWhitespace: true,
    // Of an uncaught error Node prints the line, which would else be thousands of characters.
    lineLimit: 160,
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel,
    plugins: [
      shareGraphql({ external }),
      partOfUndici({ external }),
      deferEvaluation(),
      packGraphiql(graphiql ?? { folder: join(outdir, 'graphiql'), path: 'graphiql' }),
      ownModules(outdir),
    ],
  });
  return metafile;
}
