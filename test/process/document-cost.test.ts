import { describe, expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import type { DocumentCost } from '../support/document-cost.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';

async function measure(...args: string[]): Promise<readonly DocumentCost[]> {
  await using child = startChild('test/support/document-cost.ts', {}, ['--json', ...args]);
  await child.exited();
  return JSON.parse(child.output());
}

describe('the CPU time of a hostile request', () => {
  it(
    'grows no faster than its size, and is a few times that of an honest request',
    async () => {
      const costs = await measure('--fillers', String(fuzzRuns(1)), '--samples', '2');
      expect(costs.length).toBeGreaterThan(60);
      expect(costs.filter(({ isTooMuch }) => isTooMuch)).toEqual([]);
    },
    60_000 * fuzzRuns(1),
  );

  it('is found to be too much where a rule is quadratic', async () => {
    const costs = await measure(
      '--planted',
      '--fillers',
      '1',
      '--samples',
      '1',
      '--only',
      'unused variables',
    );
    expect(costs).toMatchObject([{ name: 'unused variables, line feeds', isTooMuch: true }]);
  }, 60_000);
});
