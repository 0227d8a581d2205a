// The time of a model run: it passes when a step says so, for the provider, for all replicas, and for what Redis lets expire.
import type { Clock } from '../../src/core/clock.ts';

/** The provider's clock. It stands still between two steps. */
export interface ModelTime {
  /** Milliseconds since the epoch. */
  now(): number;
  pass(milliseconds: number): void;
  /** A replica's clock: its wall may be off, and step; the monotonic reading has a beginning of its own. */
  createClock(): ReplicaClock;
}

/** The clock of one replica. `offset` is how far its wall clock is ahead of the provider's, in milliseconds. */
export interface ReplicaClock extends Clock {
  offset: number;
  /** Until when a copy that was fetched with a clock that was ahead can be served. */
  readonly wasAheadUntil: number;
  step(offset: number, ttl: number): void;
}

/** Creates the time. It begins now, rounded to a second. */
export function createModelTime(): ModelTime {
  let now = Math.floor(Date.now() / 1000) * 1000;
  let clocks = 0;
  return {
    now: () => now,
    pass(milliseconds) {
      now += milliseconds;
    },
    createClock() {
      clocks += 1;
      const begun = now - clocks * 77_777;
      let aheadUntil = 0;
      const clock: ReplicaClock = {
        offset: 0,
        wall: () => now + clock.offset,
        monotonic: () => now - begun,
        get wasAheadUntil() {
          return clock.offset > 0 ? Number.POSITIVE_INFINITY : aheadUntil;
        },
        step(offset, ttl) {
          if (clock.offset > 0) aheadUntil = now + ttl;
          clock.offset = offset;
        },
      };
      return clock;
    },
  };
}
