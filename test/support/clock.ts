import type { Clock } from '../../src/core/clock.ts';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Lets time pass. */
  advance(milliseconds: number): void;
  /** Corrects the wall clock alone, as NTP does; no time passes. */
  stepWall(milliseconds: number): void;
}

/** Makes a clock whose wall shows `start` (by default a whole second in 2027). Its monotonic reading is unrelated to it. */
export function createClock(start = 1_800_000_000_000): TestClock {
  let wall = start;
  let monotonic = 5_000;
  return {
    wall: () => wall,
    monotonic: () => monotonic,
    advance(milliseconds) {
      wall += milliseconds;
      monotonic += milliseconds;
    },
    stepWall(milliseconds) {
      wall += milliseconds;
    },
  };
}
