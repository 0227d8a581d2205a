import { describe, expect, it } from 'vitest';
import { createAddressBudget } from '../../src/rate-limit/address-budget.ts';
import { createClock } from '../support/clock.ts';

const OFFICE = '203.0.113.7';

function createBudget(max: number) {
  const clock = createClock();
  return { clock, budget: createAddressBudget({ max, clock }) };
}

describe('the budget of an address', () => {
  it('is spent one by one, and is whole again after a minute', () => {
    const { clock, budget } = createBudget(2);
    for (const _time of [1, 2]) {
      expect(budget.waitOf(OFFICE)).toBe(0);
      budget.spend(OFFICE);
      clock.advance(1_000);
    }
    expect(budget.waitOf(OFFICE)).toBe(58_000);
    clock.advance(57_999);
    expect(budget.waitOf(OFFICE)).toBe(1);
    clock.advance(1);
    expect(budget.waitOf(OFFICE)).toBe(0);
    budget.spend(OFFICE);
    expect(budget.waitOf(OFFICE)).toBe(0);
  });

  it('may be overdrawn, which does not make the wait longer', () => {
    const { budget } = createBudget(1);
    for (const _time of [1, 2, 3]) budget.spend(OFFICE);
    expect(budget.waitOf(OFFICE)).toBe(60_000);
  });

  it('is separate for each address, whatever it is called', () => {
    const { budget } = createBudget(1);
    for (const address of [OFFICE, 'unknown', '__proto__', 'constructor', '']) {
      expect(budget.waitOf(address)).toBe(0);
      budget.spend(address);
      expect(budget.waitOf(address)).toBe(60_000);
    }
  });

  it('is not remembered by being looked at', () => {
    const { budget } = createBudget(1);
    budget.spend(OFFICE);
    for (let each = 0; each < 20_000; each += 1) budget.waitOf(`2001:db8::${each}`);
    expect(budget.waitOf(OFFICE)).toBe(60_000);
  });

  it('is remembered for the 10,000 addresses that spent last', () => {
    const { budget } = createBudget(1);
    budget.spend(OFFICE);
    for (let each = 1; each < 10_000; each += 1) budget.spend(`2001:db8::${each}`);
    expect(budget.waitOf(OFFICE)).toBe(60_000);
    budget.spend('2001:db8::10000');
    expect(budget.waitOf(OFFICE)).toBe(0);
  });

  it.each([3_600_000, -3_600_000])('ends at the same time when the wall clock steps by %d ms', (step) => {
    const { clock, budget } = createBudget(1);
    budget.spend(OFFICE);
    clock.stepWall(step);
    expect(budget.waitOf(OFFICE)).toBe(60_000);
    clock.advance(60_000);
    expect(budget.waitOf(OFFICE)).toBe(0);
  });
});
