// At most so many at work, at most so many in line, and nobody else: a provider that hangs cannot fill the server.

/** A place at work. `free` gives it to the next in line; calling it again does nothing. */
export interface Slot {
  free(): void;
}

/** Places at work and in line. */
export interface Slots {
  /**
   * Takes a place, or waits in line for one. `undefined` at once where the line is full. Rejects with the signal's
   * reason where that aborts first, and leaves the line then.
   */
  take(signal: AbortSignal): Promise<Slot | undefined>;
  readonly atWork: number;
  readonly inLine: number;
}

/** Makes `places` at work and a line of `line`. */
export function createSlots({ places, line }: { readonly places: number; readonly line: number }): Slots {
  let atWork = 0;
  const waiting = new Set<() => void>();

  function slot(): Slot {
    let held = true;
    return {
      free() {
        if (!held) return;
        held = false;
        const [next] = waiting;
        if (next) next();
        else atWork -= 1;
      },
    };
  }

  return {
    get atWork() {
      return atWork;
    },
    get inLine() {
      return waiting.size;
    },
    async take(signal) {
      signal.throwIfAborted();
      if (atWork < places) {
        atWork += 1;
        return slot();
      }
      if (waiting.size >= line) return undefined;
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        // Whoever frees a place hands it over as it is: the count of those at work does not change.
        const enter = () => {
          waiting.delete(enter);
          signal.removeEventListener('abort', leave);
          resolve(slot());
        };
        waiting.add(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
