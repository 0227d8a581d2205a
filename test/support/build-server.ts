// Global setup of the `process` project: builds the server once, in a folder of its own, so that the tests start the
// program that is deployed, in half the time that running the sources takes, and leave dist/ as it is.
import { fileURLToPath } from 'node:url';
import { startProgram } from './program.ts';
import { TEST_BUILD } from './test-build.ts';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Throws where the sources do not compile. */
export async function setup(): Promise<void> {
  await using tsc = startProgram({
    command: process.execPath,
    args: [TSC, '-p', 'tsconfig.build.json', '--outDir', TEST_BUILD],
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
  });
  const { code, output } = await tsc.ended();
  if (code !== 0) throw new Error(`The server could not be built:\n${output}`);
}
