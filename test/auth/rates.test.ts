import { describe, expect, it } from 'vitest';
import { createRates, unlimited } from '../../src/auth/rates.ts';
import { AppError } from '../../src/errors.ts';

const LIMITED = { name: 'AppError', code: 'RATE_LIMITED', message: 'Too many requests' };
const ADDRESS = '203.0.113.7';

/** How many of so many attempts, all made at once, come through. */
async function count(attempts: number, attempt: () => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: attempts }, attempt));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject(LIMITED);
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** What was thrown. Throws where nothing was. */
function caught(attempt: () => void): AppError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was let through');
}

describe('the requests of a user', () => {
  it('are as many as the budget, one after the other or at once', async () => {
    const rates = createRates({ requests: 5, failures: 1 });
    for (const _time of [1, 2, 3, 4, 5]) rates.spendRequest('ada');
    expect(caught(() => rates.spendRequest('ada'))).toMatchObject(LIMITED);
    expect(await count(100, async () => rates.spendRequest('grace'))).toBe(5);
  });

  it('are told when to come again: in a minute at most', () => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest('ada');
    const error = caught(() => rates.spendRequest('ada'));
    expect(error.retryAfter).toBeGreaterThanOrEqual(1);
    expect(error.retryAfter).toBeLessThanOrEqual(60);
    expect(Number.isInteger(error.retryAfter)).toBe(true);
  });

  it.each(['', '__proto__', 'constructor', 'x'.repeat(8_000)])(
    'are counted for a user called %j',
    (id) => {
      const rates = createRates({ requests: 1, failures: 1 });
      rates.spendRequest(id);
      expect(caught(() => rates.spendRequest(id))).toMatchObject(LIMITED);
      rates.spendRequest(`${id}x`);
    },
  );

  it('are not the failures of an address of the same name', async () => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest(ADDRESS);
    await rates.reserveFailure(ADDRESS);
    expect(caught(() => rates.spendRequest(ADDRESS))).toMatchObject(LIMITED);
    await expect(rates.reserveFailure(ADDRESS)).rejects.toMatchObject(LIMITED);
  });
});

describe('the failures of an address', () => {
  it('are as many as the budget, however many come at once', async () => {
    const rates = createRates({ requests: 1, failures: 60 });
    expect(await count(1_000, () => rates.reserveFailure(ADDRESS))).toBe(60);
    expect(await count(10, () => rates.reserveFailure('198.51.100.9'))).toBe(10);
  });

  it('that were none are given back', async () => {
    const rates = createRates({ requests: 1, failures: 2 });
    for (let time = 0; time < 20; time += 1) await (await rates.reserveFailure(ADDRESS))();
    expect(await count(5, () => rates.reserveFailure(ADDRESS))).toBe(2);
  });

  it('are reserved until they are given back', async () => {
    const rates = createRates({ requests: 1, failures: 2 });
    const [first] = [await rates.reserveFailure(ADDRESS), await rates.reserveFailure(ADDRESS)];
    await expect(rates.reserveFailure(ADDRESS)).rejects.toMatchObject(LIMITED);
    await first?.();
  });
});

describe('no budgets', () => {
  it('have no end', async () => {
    expect(await count(10_000, async () => unlimited.spendRequest('ada'))).toBe(10_000);
    expect(await count(10_000, () => unlimited.reserveFailure(ADDRESS))).toBe(10_000);
    await (await unlimited.reserveFailure(ADDRESS))();
  });

  it('are not shared between two of their kind', async () => {
    const [one, two] = [createRates({ requests: 1, failures: 1 }), createRates({ requests: 1, failures: 1 })];
    await one.spendRequest('ada');
    await two.spendRequest('ada');
  });
});
