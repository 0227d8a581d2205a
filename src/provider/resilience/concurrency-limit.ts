// The concurrency limit: so many calls are active, so many are queued, and the rest is refused, so that a provider that
// hangs cannot fill the server. One user holds at most a quarter of both; that user's further calls wait on their own.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';
import { removeFrom } from '../../core/remove-from.ts';

/** The right to be active. `free` hands it on; calling it again does nothing. */
export interface Slot {
  free(): void;
}

/** Hands out slots. */
export interface ConcurrencyLimit {
  /**
   * Takes a slot at once, or waits for one. `undefined` where there is no room to wait. Throws, or rejects with, the signal's
   * reason where that aborts first. Calls without a `user` have no share of their own.
   */
  take(signal: LightAbortSignal, user?: string): MaybePromise<Slot | undefined>;
  readonly active: number;
  readonly queued: number;
}

/** `backlog` is how many calls of one user may wait beyond that user's share of the queue. */
export interface ConcurrencyLimitOptions {
  readonly active: number;
  readonly queued: number;
  readonly backlog?: number;
}

/** Creates a limit of so many active and so many queued calls. */
export function createConcurrencyLimit(options: ConcurrencyLimitOptions): ConcurrencyLimit {
  return new SharedLimit(options);
}

/** What one user holds. It leads to nothing once it is unused: a Map leaves its old tables behind, with all that stood in them. */
interface Holding {
  readonly user: string | undefined;
  active: number;
  queued: number;
  backlog: Waiter[];
}

interface Waiter {
  readonly holding: Holding;
  readonly start: () => void;
}

/** Most users never have a backlog, so none is created for them. It is never added to. */
const EMPTY: Waiter[] = [];

const shareOf = (all: number) => Math.max(1, Math.floor(all / 4));

class SharedLimit implements ConcurrencyLimit {
  readonly #max: Required<ConcurrencyLimitOptions>;
  readonly #share: { readonly active: number; readonly queued: number };
  readonly #holdings = new Map<string, Holding>();
  readonly #queue: Waiter[] = [];
  #active = 0;

  constructor({ active, queued, backlog = 0 }: ConcurrencyLimitOptions) {
    this.#max = { active, queued, backlog };
    this.#share = { active: shareOf(active), queued: shareOf(queued) };
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#queue.length;
  }

  take(signal: LightAbortSignal, user?: string): MaybePromise<Slot | undefined> {
    if (signal.aborted) throw signal.reason;
    const holding = this.#holdingOf(user);
    if (this.#mayStart(holding)) return this.#start(holding);
    const inBacklog = holding.queued >= this.#queueShareOf(holding);
    const hasRoom = inBacklog
      ? holding.backlog.length < this.#max.backlog
      : this.#queue.length < this.#max.queued;
    if (hasRoom) return this.#wait(holding, signal);
    this.#forget(holding);
    return undefined;
  }

  #holdingOf(user: string | undefined): Holding {
    const known = user === undefined ? undefined : this.#holdings.get(user);
    if (known) return known;
    const holding: Holding = { user, active: 0, queued: 0, backlog: EMPTY };
    if (user !== undefined) this.#holdings.set(user, holding);
    return holding;
  }

  #queueShareOf({ user }: Holding): number {
    return user === undefined ? Number.POSITIVE_INFINITY : this.#share.queued;
  }

  #mayStart({ user, active }: Holding): boolean {
    return this.#active < this.#max.active && (user === undefined || active < this.#share.active);
  }

  #start(holding: Holding): Slot {
    this.#active += 1;
    holding.active += 1;
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.#active -= 1;
        holding.active -= 1;
        this.#startNext();
        this.#forget(holding);
      },
    };
  }

  /** Starts the first queued call whose user may have another active one. */
  #startNext(): void {
    for (const waiter of this.#queue) {
      if (!this.#mayStart(waiter.holding)) continue;
      this.#leaveQueue(waiter);
      waiter.start();
      return;
    }
  }

  #wait(holding: Holding, signal: LightAbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        holding,
        start: () => {
          stopListening();
          resolve(this.#start(holding));
        },
      };
      if (holding.queued < this.#queueShareOf(holding)) this.#enterQueue(waiter);
      else this.#enterBacklog(waiter);
      const stopListening = onAbort(signal, () => {
        if (!removeFrom(holding.backlog, waiter)) this.#leaveQueue(waiter);
        this.#forget(holding);
        reject(signal.reason);
      });
    });
  }

  #enterQueue(waiter: Waiter): void {
    waiter.holding.queued += 1;
    this.#queue.push(waiter);
  }

  #enterBacklog(waiter: Waiter): void {
    const { holding } = waiter;
    if (holding.backlog === EMPTY) holding.backlog = [];
    holding.backlog.push(waiter);
  }

  /** The place in the queue that becomes free is taken by the first call of the same user's backlog. */
  #leaveQueue(waiter: Waiter): void {
    const { holding } = waiter;
    if (!removeFrom(this.#queue, waiter)) return;
    holding.queued -= 1;
    const next = holding.backlog.shift();
    if (next) this.#enterQueue(next);
  }

  #forget({ user, active, queued }: Holding): void {
    if (user !== undefined && active + queued === 0) this.#holdings.delete(user);
  }
}
