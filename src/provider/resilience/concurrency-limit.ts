// At most so many at work, at most so many in line, and nobody else: a provider that hangs cannot fill the server.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';

/** A place at work. `free` gives it to the next in line; calling it again does nothing. */
export interface Slot {
  free(): void;
}

/** Places at work and in line. */
export interface ConcurrencyLimit {
  /**
   * Takes a place at once, or waits in line for one. `undefined` where the line is full. Throws, or rejects with, the
   * signal's reason where that aborts first, and leaves the line then.
   */
  take(signal: LightAbortSignal): MaybePromise<Slot | undefined>;
  readonly active: number;
  readonly queued: number;
}

/** Makes `places` at work and a line of `line`. */
export function createConcurrencyLimit({
  places,
  line,
}: {
  readonly places: number;
  readonly line: number;
}): ConcurrencyLimit {
  let active = 0;
  const waiting = new Set<() => void>();

  function slot(): Slot {
    let held = true;
    return {
      free() {
        if (!held) return;
        held = false;
        const [next] = waiting;
        if (next) next();
        else active -= 1;
      },
    };
  }

  return {
    get active() {
      return active;
    },
    get queued() {
      return waiting.size;
    },
    take(signal) {
      if (signal.aborted) throw signal.reason;
      if (active < places) {
        active += 1;
        return slot();
      }
      if (waiting.size >= line) return undefined;
      return new Promise((resolve, reject) => {
        // Whoever frees a place hands it over as it is: the count of those at work does not change.
        const enter = () => {
          waiting.delete(enter);
          letGo();
          resolve(slot());
        };
        waiting.add(enter);
        const letGo = onAbort(signal, () => {
          waiting.delete(enter);
          reject(signal.reason);
        });
      });
    },
  };
}
