import { describe, expect, it } from 'vitest';
import { NO_WINDOW, SharedWindow } from '../../src/rate-limit/shared-window.ts';

/** Redis' clock in the middle of minute 1,000. */
const MIDDLE = 1_000 * 60_000 + 30_000;

describe('the shared minute', () => {
  it('has no number and no end before Redis has told its time', () => {
    const window = new SharedWindow();
    expect(window.numberAt(1e12)).toBe(NO_WINDOW);
    expect(window.waitAt(1e12)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is that of Redis, and goes on by the clock of the process', () => {
    const window = new SharedWindow();
    window.synchronise(MIDDLE, 5_000);
    expect([window.numberAt(5_000), window.waitAt(5_000)]).toEqual([1_000, 30_000]);
    expect([window.numberAt(34_999), window.waitAt(34_999)]).toEqual([1_000, 1]);
    expect([window.numberAt(35_000), window.waitAt(35_000)]).toEqual([1_001, 60_000]);
    expect([window.numberAt(200_000), window.waitAt(200_000)]).toEqual([1_003, 15_000]);
  });

  it('is not begun twice where an answer of Redis took longer than the one before', () => {
    const window = new SharedWindow();
    window.synchronise(MIDDLE, 5_000);
    expect(window.numberAt(35_000)).toBe(1_001);
    window.synchronise(MIDDLE + 29_950, 35_000);
    expect([window.numberAt(35_000), window.waitAt(35_000)]).toEqual([1_001, 60_050]);
    expect(window.numberAt(95_049)).toBe(1_001);
    expect(window.numberAt(95_050)).toBe(1_002);
  });

  it.each([
    ['forward', MIDDLE + 600_000, 1_010],
    ['back', MIDDLE - 600_000, 990],
    ['back by half a minute', MIDDLE - 45_000, 999],
  ])('follows a clock of Redis that was set %s', (_direction, time, number) => {
    const window = new SharedWindow();
    window.synchronise(MIDDLE, 5_000);
    window.synchronise(time, 5_000);
    expect(window.numberAt(5_000)).toBe(number);
    expect(window.waitAt(5_000)).toBe(60_000 - (time % 60_000));
  });
});
