import { expect, it } from 'vitest';
import { describeOwnRedis } from '../support/redis.ts';
import { checkFreshness } from './check.ts';

describeOwnRedis('answers of two replicas with Redis', () => {
  it('are as young as the rules of freshness want', async () => {
    const seed = Number(process.env['FRESHNESS_SEED'] ?? Date.now() % 1_000_000);
    const found = await checkFreshness({
      replicas: 2,
      withRedis: true,
      redis: Number(process.env['R'] ?? 0),
      seed,
      runs: 10_000,
      timeLimit: Number(process.env['T'] ?? 10_000),
    });
    process.stdout.write(`${found.runs} ${found.judged}\n`);
    expect(found.violation).toBeUndefined();
  }, 60_000);
});
