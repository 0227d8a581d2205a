import { describe, expect, it } from 'vitest';
import { checkFreshness } from './check.ts';

describe('answers of two replicas without Redis', () => {
  it('are as young as the rules of freshness want', async () => {
    const seed = Number(process.env['FRESHNESS_SEED'] ?? Date.now() % 1_000_000);
    const found = await checkFreshness({
      replicas: 2,
      withRedis: false,
      redis: 0,
      seed,
      runs: 10_000,
      timeLimit: 4_000,
    });
    process.stdout.write(`${found.runs} ${found.judged}\n`);
    expect(found.violation).toBeUndefined();
  });
});
