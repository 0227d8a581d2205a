import { expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import type { ProfileMemory } from '../support/profile-memory.ts';

it('the estimate of a cached profile is near the memory that it holds', async () => {
  await using child = startChild('test/support/profile-memory.ts', {});
  await child.exited();
  const measured: readonly ProfileMemory[] = JSON.parse(child.output());
  expect(measured).toHaveLength(9);
  for (const { name, held, estimate } of measured) {
    expect(estimate, name).toBeGreaterThan(held * 0.75);
    expect(estimate, name).toBeLessThan(held * 1.5);
  }
}, 60_000);
