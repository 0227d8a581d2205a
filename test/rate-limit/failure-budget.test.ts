import { describe, expect, it } from 'vitest';
import { localCounter } from '../../src/rate-limit/counter.ts';
import { createFailureBudget, type Settle } from '../../src/rate-limit/failure-budget.ts';
import { createClock } from '../support/clock.ts';

const HOME = '203.0.113.7';

/** Budgets of so many failures, whose errors give the milliseconds to wait. */
function createBudget(failures: number) {
  const clock = createClock();
  const reserve = createFailureBudget({
    max: failures,
    counter: localCounter,
    refused: (wait) => new Error(`Wait ${wait} ms`),
    clock,
  });
  return {
    clock,
    reserve: async (address = HOME) => reserve(address),
    async fail(times: number, address = HOME) {
      for (let time = 0; time < times; time += 1) (await reserve(address))(true);
    },
  };
}

/** Whether each attempt has got its reservation, was refused, or still waits. */
const states = (attempts: readonly Promise<Settle>[]) =>
  Promise.all(
    attempts.map((attempt) =>
      Promise.race([
        attempt.then(
          () => 'got',
          () => 'refused',
        ),
        new Promise((resolve) => setImmediate(resolve, 'waits')),
      ]),
    ),
  );

describe('a budget of failures', () => {
  it('refuses once it is spent, until its minute is over', async () => {
    const { clock, reserve, fail } = createBudget(3);
    await fail(1);
    clock.advance(59_000);
    await fail(2);
    await expect(reserve()).rejects.toThrow('Wait 1000 ms');
    clock.advance(999);
    clock.stepWall(3_600_000);
    await expect(reserve()).rejects.toThrow('Wait 1 ms');
    clock.advance(1);
    await fail(3);
    await expect(reserve()).rejects.toThrow('Wait 60000 ms');
  });

  it('is separate for each address', async () => {
    const { reserve, fail } = createBudget(1);
    for (const address of [HOME, '198.51.100.9', 'unknown', '__proto__', '']) {
      await fail(1, address);
      await expect(reserve(address)).rejects.toThrow('Wait');
    }
  });

  it('is not spent by successes, however often they are settled', async () => {
    const { reserve, fail } = createBudget(2);
    for (let time = 0; time < 20; time += 1) {
      const settle = await reserve();
      settle(false);
      settle(true);
      settle(false);
    }
    await fail(2);
    await expect(reserve()).rejects.toThrow('Wait');
  });

  it('makes further reservations wait in order, and is never exceeded', async () => {
    const { reserve } = createBudget(2);
    const settled = [await reserve(), await reserve()];
    const waiting = [reserve(), reserve(), reserve()];
    expect(await states(waiting)).toEqual(['waits', 'waits', 'waits']);
    settled[0]?.(false);
    expect(await states(waiting)).toEqual(['got', 'waits', 'waits']);
    settled[1]?.(true);
    expect(await states(waiting)).toEqual(['got', 'waits', 'waits']);
    (await waiting[0])?.(false);
    expect(await states(waiting)).toEqual(['got', 'got', 'waits']);
    (await waiting[1])?.(true);
    expect(await states(waiting)).toEqual(['got', 'got', 'refused']);
    await expect(reserve()).rejects.toThrow('Wait');
  });

  it('is full again for waiting reservations when the minute has passed', async () => {
    const { clock, reserve, fail } = createBudget(2);
    await fail(1);
    const settle = await reserve();
    const waiting = reserve();
    clock.advance(60_000);
    settle(true);
    expect(await states([waiting])).toEqual(['got']);
  });
});
