// `npm run api`: writes docs/api, the declarations of each entry in one file. `.ci/run` fails where that file is not what the
// sources give, or has changed without an entry in the changelog.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { ROOT } from '../manifests.ts';
import { compileModules } from './compile-modules.ts';
import { listEntries, readPackageManifest } from './entries.ts';
import { sortDeclarations } from './sort-declarations.ts';
import { isRelative, specifiersIn } from './specifiers.ts';

const API = join(ROOT, 'docs/api');

/** The declarations that a file exports, and those that they use, of packages by import. */
async function rollUp(file: string): Promise<string> {
  const bundle = await rolldown({
    input: { entry: file },
    plugins: [dts({ dtsInput: true, tsconfig: false })],
    external: (id) => !isRelative(id) && !isAbsolute(id),
  });
  const { output } = await bundle.generate({ entryFileNames: '[name].ts' });
  const [{ code }] = output;
  const missing = specifiersIn(code).filter(isRelative);
  if (missing.length > 0) throw new Error(`Not in one file with ${file}: ${missing.join(', ')}`);
  // Paths of the files that declarations come from.
  return sortDeclarations(code.replace(/^\/\/(?!\/).*\n/gm, ''));
}

// Types are checked by `npm run check`.
using compiled = compileModules(['--emitDeclarationOnly', '--noCheck']);
rmSync(API, { recursive: true, force: true });
mkdirSync(API, { recursive: true });
for (const { name, types } of listEntries(readPackageManifest())) {
  const file = basename(types);
  const declarations = await rollUp(join(compiled.folder, 'library', file));
  writeFileSync(
    join(API, file),
    `// \`${name}\` of the package, written by \`npm run api\`.\n${declarations}\n`,
  );
}
execFileSync(join(ROOT, 'node_modules/.bin/biome'), ['check', '--write', '--linter-enabled=false', API], {
  cwd: ROOT,
  stdio: 'inherit',
});
