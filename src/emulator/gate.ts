// Gates hold answers back, so that tests of races control the order of events.
import type { ServerResponse } from 'node:http';

/** A gate as tests see it: wait until answers are held, check something, release them. */
export interface Gate {
  /** The number of answers held now. */
  readonly waiting: number;
  /** Resolves once this many answers have reached the gate since it was set. */
  arrived(count: number): Promise<void>;
  /** Resolves once this many callers have disconnected while their answers were held. */
  left(count: number): Promise<void>;
  /** Sends all held answers, and does not hold later ones. */
  release(): void;
}

/** A gate as the emulator sees it. */
export interface GateKeeper extends Gate {
  /** Holds an answer until the gate is released or the caller disconnects. */
  pass(response: ServerResponse): Promise<void>;
}

/** Creates a closed gate; `onRelease` is called once. */
export function createGate(onRelease: () => void = () => {}): GateKeeper {
  const arrivals = createCounter();
  const departures = createCounter();
  let resolveOpened = (): void => {};
  const opened = new Promise<void>((resolve) => {
    resolveOpened = resolve;
  });
  let waiting = 0;
  let open = false;
  return {
    get waiting() {
      return waiting;
    },
    arrived: arrivals.reached,
    left: departures.reached,
    release() {
      if (open) return;
      open = true;
      resolveOpened();
      onRelease();
    },
    async pass(response) {
      if (open) return;
      waiting += 1;
      const disconnected = new Promise<void>((resolve) => response.once('close', resolve));
      arrivals.add();
      await Promise.race([opened, disconnected]);
      waiting -= 1;
      if (!open) departures.add();
    },
  };
}

function createCounter(): { add(): void; reached(count: number): Promise<void> } {
  let total = 0;
  let waiters: readonly { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    add() {
      total += 1;
      for (const waiter of waiters) if (waiter.count <= total) waiter.resolve();
      waiters = waiters.filter((waiter) => waiter.count > total);
    },
    reached(count) {
      if (count <= total) return Promise.resolve();
      return new Promise((resolve) => {
        waiters = [...waiters, { count, resolve }];
      });
    },
  };
}
