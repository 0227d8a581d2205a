import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core');

/** The violations that axe finds on a page in its current state, in light and dark. */
export async function barriersOn(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Rules that pass are listed without their elements, which takes a quarter of the time.
    const run = "axe.run({ resultTypes: ['violations'] })";
    const { violations, passes } = (await page.evaluate(run)) as AxeResults;
    if (passes.length === 0) throw new Error('axe checked nothing');
    found.push(
      ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${colorScheme}: ${id}: ${html}`)),
    );
  }
  return found;
}
