// Random interleavings of changes, events, mutations, held answers, outages and clocks, for some seconds; with FUZZ_FACTOR for
// longer. A violation names its seed: FRESHNESS_SEED repeats the run.
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { describeOwnRedis } from '../support/redis.ts';
import { type CheckOptions, checkFreshness } from './check.ts';

const seed = () => Number(process.env['FRESHNESS_SEED'] ?? Date.now() % 1_000_000_000);

async function check(options: Omit<CheckOptions, 'seed' | 'timeLimit'>, milliseconds: number): Promise<void> {
  const found = await checkFreshness({ ...options, seed: seed(), timeLimit: fuzzRuns(milliseconds) });
  expect(found.violation).toBeUndefined();
  expect(found.judged).toBeGreaterThan(20);
}

const timeout = fuzzRuns(60_000);

describe('answers of two replicas without Redis', () => {
  it('are as young as the rules of freshness want', { timeout }, () =>
    check({ replicas: 2, withRedis: false, redis: 0 }, 2_000),
  );
});

describeOwnRedis('answers of replicas with Redis', () => {
  it('are as young as the rules of freshness want', { timeout }, () =>
    check({ replicas: 3, withRedis: true, redis: 0 }, 3_000),
  );

  it('are so while Redis is in trouble', { timeout }, () =>
    check({ replicas: 2, withRedis: true, redis: 1 }, 3_000),
  );
});
