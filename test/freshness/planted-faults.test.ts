import { describe, expect, it } from 'vitest';
import { checkFreshness } from './check.ts';
import { FAULTS_OF_ONE, type Fault } from './faults.ts';
import type { FleetOptions } from './fleet.ts';

/** Milliseconds in which each fault must be found. */
const TIME_LIMIT = 15_000;

async function find({ fleet, plant = () => () => {} }: Fault, options: FleetOptions): Promise<string> {
  const remove = plant();
  const started = performance.now();
  try {
    const found = await checkFreshness({
      ...{ redis: 0, seed: 1, runs: 1_000, timeLimit: TIME_LIMIT, shorten: false },
      ...options,
      ...fleet,
    });
    process.stdout.write(
      `${found.runs} ${found.judged} ${Math.round(performance.now() - started)} ${found.violation?.split('\n')[1]}\n`,
    );
    return found.violation ?? '';
  } finally {
    remove();
  }
}

describe('the model checker finds', () => {
  it.each(Object.entries(FAULTS_OF_ONE))('%s', { timeout: 2 * TIME_LIMIT }, async (_name, fault) => {
    expect(await find(fault, { replicas: 2, withRedis: false })).toContain('VIOLATION');
  });
});
