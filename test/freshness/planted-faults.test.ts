import { describe, expect, it } from 'vitest';
import { describeOwnRedis } from '../support/redis.ts';
import { type CheckOptions, checkFreshness } from './check.ts';
import type { Fault, Faults } from './fault.ts';
import { FAULTS_OF_ONE } from './faults-of-one.ts';
import { FAULTS_IN_TROUBLE, FAULTS_OF_SHARING } from './faults-of-sharing.ts';

/** Milliseconds in which each fault must be found. */
const TIME_LIMIT = 30_000;

type Trial = Pick<CheckOptions, 'replicas' | 'withRedis' | 'redis' | 'focus'>;

async function find({ fleet, plant = () => () => {} }: Fault, trial: Trial): Promise<string> {
  const remove = plant();
  const started = performance.now();
  try {
    const found = await checkFreshness({
      ...{ seed: 1, timeLimit: TIME_LIMIT, shorten: false },
      ...trial,
      ...fleet,
    });
    if (process.env['VERBOSE'])
      process.stdout.write(`${found.runs} ${found.judged} ${Math.round(performance.now() - started)}\n`);
    return found.violation ?? '';
  } finally {
    remove();
  }
}

function findsEach(faults: Faults, trial: Trial): void {
  it.each(Object.entries(faults))('%s', { timeout: 2 * TIME_LIMIT }, async (_name, fault) => {
    const focus = process.env['UNFOCUSED'] ? undefined : fault.foundBy;
    expect(await find(fault, { ...trial, focus })).toContain('VIOLATION');
  });
}

describe('the model checker finds in one replica', () => {
  findsEach(FAULTS_OF_ONE, { replicas: 1, withRedis: false, redis: 0 });
});

describeOwnRedis('the model checker finds in two replicas with Redis', () => {
  findsEach(FAULTS_OF_SHARING, { replicas: 2, withRedis: true, redis: 0 });
  findsEach(FAULTS_IN_TROUBLE, { replicas: 2, withRedis: true, redis: 6 });
});
