// Global setup of the `process` project: builds the server once, in a folder of its own, so that the tests start what is
// deployed, in half the time that running the sources takes, and leave dist/ as it is.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startProgram } from './program.ts';
import { BUILT_SERVER, TEST_BUILD } from './test-build.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = `${ROOT}node_modules/typescript/bin/tsc`;

/** As `npm run build` writes it into dist/. */
const MANIFEST = { type: 'module', imports: { '#server': './library/server.js' } };

/** What test/support/main.ts does without `TEST_APP`. */
const SERVE = "import { serve } from './cli/serve.js';\nawait serve({}, { env: process.env });\n";

/** Throws where the sources do not compile. */
export async function setup(): Promise<void> {
  await using tsc = startProgram({
    command: process.execPath,
    args: [TSC, '-p', 'tsconfig.build.json', '--outDir', TEST_BUILD],
    cwd: ROOT,
  });
  const { code, output } = await tsc.ended();
  if (code !== 0) throw new Error(`The server could not be built:\n${output}`);
  writeFileSync(`${ROOT}${TEST_BUILD}/package.json`, JSON.stringify(MANIFEST));
  writeFileSync(`${ROOT}${BUILT_SERVER}`, SERVE);
}
