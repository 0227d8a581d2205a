/** A clock that stands still until it is moved. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  advance(milliseconds: number): void;
}

/** Makes a clock that shows `start`, by default a whole second in 2027. */
export function createClock(start = 1_800_000_000_000): Clock {
  let time = start;
  return {
    now: () => time,
    advance(milliseconds) {
      time += milliseconds;
    },
  };
}
