// The clock of the process, injected wherever a moment or a duration counts.

/** Two readings of time, both in milliseconds. */
export interface Clock {
  /** Since the epoch. It may step when the machine's time is corrected: for `exp`, `iat`, `nbf` and a `Date` header only. */
  wall(): number;
  /** Since an arbitrary moment. It never goes back: for every duration. */
  monotonic(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
