import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { createRates, type Rates, unlimited } from '../../src/rate-limit/rate-limits.ts';

const LIMITED = { name: 'AppError', code: 'RATE_LIMITED', message: 'Too many requests' };
const ADDRESS = '203.0.113.7';

const reserve = async ({ reserveFailure }: Rates) => reserveFailure(ADDRESS);

/** How many of so many concurrent attempts succeed. */
async function count(attempts: number, attempt: () => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: attempts }, attempt));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject(LIMITED);
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** The error that was thrown. Throws where there was none. */
function caught(attempt: () => void): AppError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('Nothing was thrown');
}

describe('the requests of a user', () => {
  it('are limited to the budget, one after the other or concurrently', async () => {
    const rates = createRates({ requests: 5, failures: 1 });
    for (const _time of [1, 2, 3, 4, 5]) rates.spendRequest('ada');
    expect(caught(() => rates.spendRequest('ada'))).toMatchObject(LIMITED);
    expect(await count(100, async () => rates.spendRequest('grace'))).toBe(5);
  });

  it.each([
    [50_000, 'ids of the provider', 36, true],
    [50_001, 'ids of the provider', 36, false],
    [3_000, 'ids of 4,000 characters', 4_000, false],
  ])(
    'are remembered in a bounded number of bytes: %i users with %s',
    (count, _what, length, isRemembered) => {
      const rates = createRates({ requests: 1, failures: 1 });
      const users = Array.from({ length: count }, (_, index) => String(index).padEnd(length, 'x'));
      for (const user of users) rates.spendRequest(user);
      const [first = '', last = ''] = [users[0], users.at(-1)];
      expect(caught(() => rates.spendRequest(last))).toMatchObject(LIMITED);
      const spendAgain = () => rates.spendRequest(first);
      if (isRemembered) expect(spendAgain).toThrow();
      else expect(spendAgain).not.toThrow();
    },
  );

  it('get a Retry-After of at most a minute', () => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest('ada');
    const error = caught(() => rates.spendRequest('ada'));
    expect(error.retryAfter).toBeGreaterThanOrEqual(1);
    expect(error.retryAfter).toBeLessThanOrEqual(60);
    expect(Number.isInteger(error.retryAfter)).toBe(true);
  });

  it.each(['', '__proto__', 'constructor', 'x'.repeat(8_000)])(
    'are counted for a user with the id %j',
    (id) => {
      const rates = createRates({ requests: 1, failures: 1 });
      rates.spendRequest(id);
      expect(caught(() => rates.spendRequest(id))).toMatchObject(LIMITED);
      rates.spendRequest(`${id}x`);
    },
  );

  it('are counted apart from the failures of an address of the same name', async () => {
    const rates = createRates({ requests: 1, failures: 1 });
    rates.spendRequest(ADDRESS);
    (await rates.reserveFailure(ADDRESS))(true);
    expect(caught(() => rates.spendRequest(ADDRESS))).toMatchObject(LIMITED);
    await expect(reserve(rates)).rejects.toMatchObject(LIMITED);
  });
});

describe('the failures of an address', () => {
  it('get a Retry-After of at most a minute', async () => {
    const rates = createRates({ requests: 1, failures: 1 });
    (await reserve(rates))(true);
    const error = await reserve(rates).catch((reason) => reason);
    expect(error).toMatchObject(LIMITED);
    expect(error.retryAfter).toBeGreaterThanOrEqual(1);
    expect(error.retryAfter).toBeLessThanOrEqual(60);
  });

  it('emit an event for each refusal', async () => {
    const events: unknown[] = [];
    const rates = createRates({ requests: 1, failures: 1, emit: (event) => void events.push(event) });
    const [first, ...others] = [await reserve(rates), reserve(rates), reserve(rates)];
    first(true);
    for (const other of others) await expect(other).rejects.toMatchObject(LIMITED);
    await expect(reserve(rates)).rejects.toMatchObject(LIMITED);
    expect(events).toEqual(Array(3).fill({ kind: 'rate-limited', budget: 'address' }));
  });
});

describe('no limits', () => {
  it('refuse nothing', async () => {
    expect(await count(10_000, async () => unlimited.spendRequest('ada'))).toBe(10_000);
    expect(await count(10_000, () => reserve(unlimited))).toBe(10_000);
    (await reserve(unlimited))(true);
  });

  it('are not shared between two instances', async () => {
    const [one, two] = [createRates({ requests: 1, failures: 1 }), createRates({ requests: 1, failures: 1 })];
    await one.spendRequest('ada');
    await two.spendRequest('ada');
  });
});
