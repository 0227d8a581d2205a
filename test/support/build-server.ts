// Global setup of the `process` project: builds the server once, in a folder of its own, so that the tests start what is
// deployed, in half the time that running the sources takes, and leave dist/ as it is.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildServer } from '../../tools/build/build-server.ts';
import { ROOT } from '../../tools/build/manifests.ts';
import { TEST_BUILD } from './test-build.ts';

/** Throws where the sources cannot be bundled. */
export async function setup(): Promise<void> {
  const folder = join(ROOT, TEST_BUILD);
  rmSync(folder, { recursive: true, force: true });
  await buildServer({ main: 'src/main.ts', 'serve-own-types': 'test/support/serve-own-types.ts' }, folder);
}
