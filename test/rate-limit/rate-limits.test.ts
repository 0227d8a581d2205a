import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createRates, type Rates, unlimited } from '../../src/rate-limit/rate-limits.ts';

const LIMITED = { name: 'AppError', code: 'RATE_LIMITED', message: 'Too many requests' };
const ADDRESS = '203.0.113.7';

const reserve = async ({ reserveFailure }: Rates) => reserveFailure(ADDRESS);

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

  it.each(['', '__proto__', 'constructor', 'x'.repeat(8_000)])('are counted for a user called %j', (id) => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest(id);
    expect(caught(() => rates.spendRequest(id))).toMatchObject(LIMITED);
    rates.spendRequest(`${id}x`);
  });

  it('are not the failures of an address of the same name', async () => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest(ADDRESS);
    (await rates.reserveFailure(ADDRESS))(true);
    expect(caught(() => rates.spendRequest(ADDRESS))).toMatchObject(LIMITED);
    await expect(reserve(rates)).rejects.toMatchObject(LIMITED);
  });
});

describe('the failures of an address', () => {
  it('are told when to come again: in a minute at most', async () => {
    const rates = createRates({ requests: 1, failures: 1 });
    (await reserve(rates))(true);
    const error = await reserve(rates).catch((reason) => reason);
    expect(error).toMatchObject(LIMITED);
    expect(error.retryAfter).toBeGreaterThanOrEqual(1);
    expect(error.retryAfter).toBeLessThanOrEqual(60);
  });

  it('are told to those who emit, once for each that is refused', async () => {
    const events: unknown[] = [];
    const rates = createRates({ requests: 1, failures: 1, emit: (event) => void events.push(event) });
    const [first, ...others] = [await reserve(rates), reserve(rates), reserve(rates)];
    first(true);
    for (const other of others) await expect(other).rejects.toMatchObject(LIMITED);
    await expect(reserve(rates)).rejects.toMatchObject(LIMITED);
    expect(events).toEqual(Array(3).fill({ kind: 'rate-limited', budget: 'address' }));
  });
});

describe('no budgets', () => {
  it('have no end', async () => {
    expect(await count(10_000, async () => unlimited.spendRequest('ada'))).toBe(10_000);
    expect(await count(10_000, () => reserve(unlimited))).toBe(10_000);
    (await reserve(unlimited))(true);
  });

  it('are not shared between two of their kind', async () => {
    const [one, two] = [createRates({ requests: 1, failures: 1 }), createRates({ requests: 1, failures: 1 })];
    await one.spendRequest('ada');
    await two.spendRequest('ada');
  });
});
