import type { ServerResponse } from 'node:http';

/** Answers that are held back: tests of races wait for them to gather, look, and let them go. */
export interface Gate {
  /** How many answers are held at this moment. */
  readonly waiting: number;
  /** Resolves once this many have come to the gate, counted since it was set. */
  arrived(count: number): Promise<void>;
  /** Resolves once this many callers have hung up while they were held. */
  left(count: number): Promise<void>;
  /** Lets all answers go, and every later one. */
  release(): void;
}

/** The side of a gate that answers pass by. */
export interface GateKeeper extends Gate {
  /** Holds an answer until the gate is released or the caller has hung up. */
  pass(response: ServerResponse): Promise<void>;
}

/** Makes a gate that holds; `onRelease` is called once. */
export function createGate(onRelease: () => void = () => {}): GateKeeper {
  const arrivals = createCounter();
  const departures = createCounter();
  let letGo = (): void => {};
  const opened = new Promise<void>((resolve) => {
    letGo = resolve;
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
      letGo();
      onRelease();
    },
    async pass(response) {
      if (open) return;
      waiting += 1;
      const hungUp = new Promise<void>((resolve) => response.once('close', resolve));
      arrivals.add();
      await Promise.race([opened, hungUp]);
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
