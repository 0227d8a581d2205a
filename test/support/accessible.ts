import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The violations that axe finds on a page in its current state, or in a part of it, in light and dark. */
export async function barriersOn(page: Page, part = 'html'): Promise<readonly string[]> {
  // Not as an element, which the page's policy may forbid.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Rules that pass are listed without their elements, which takes a quarter of the time.
    const run = `axe.run(${JSON.stringify(part)}, { resultTypes: ['violations'] })`;
    const { violations, passes } = (await page.evaluate(run)) as axe.AxeResults;
    if (passes.length === 0) throw new Error('axe checked nothing');
    found.push(
      ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${colorScheme}: ${id}: ${html}`)),
    );
  }
  return found;
}
