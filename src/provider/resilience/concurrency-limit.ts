// The concurrency limit: so many calls are active, so many are queued, and the rest is refused, so that a provider that
// hangs cannot fill the server. One user holds at most a quarter of both; that user's further calls wait on their own. All
// anonymous users together hold at most a quarter, and each of them a quarter of that: any client can create any number of them.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { type LightAbortSignal, onAbort } from '../../core/abort-controller.ts';
import { removeFrom } from '../../core/remove-from.ts';
import type { CallUser } from './failure-count.ts';

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
  take(signal: LightAbortSignal, user?: CallUser): MaybePromise<Slot | undefined>;
  readonly active: number;
  readonly queued: number;
  /** Whether there is no room in the queue for any user. */
  readonly isFull: boolean;
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

/** How many calls are active and queued, or may be. */
interface Places {
  active: number;
  queued: number;
}

/** What one user holds, and may hold. It leads to nothing once it is unused: a Map leaves its old tables behind, with all that stood in them. */
interface Holding extends Places {
  readonly user: string | undefined;
  readonly share: Readonly<Places>;
  /** What all users of this kind hold together, and may hold. */
  readonly group: Group;
  backlog: Waiter[];
}

interface Group extends Places {
  readonly share: Readonly<Places>;
}

interface Waiter {
  readonly holding: Holding;
  readonly start: () => void;
}

/** Most users never have a backlog, so none is created for them. It is never added to. */
const EMPTY: Waiter[] = [];

const UNLIMITED: Places = { active: Number.POSITIVE_INFINITY, queued: Number.POSITIVE_INFINITY };

const quarterOf = ({ active, queued }: Places): Places => ({
  active: Math.max(1, Math.floor(active / 4)),
  queued: Math.max(1, Math.floor(queued / 4)),
});

class SharedLimit implements ConcurrencyLimit {
  readonly #backlog: number;
  /** Of all calls. */
  readonly #all: Group;
  readonly #anonymous: Group;
  readonly #shares: { readonly ofUser: Places; readonly ofAnonymousUser: Places };
  readonly #holdings = new Map<string, Holding>();
  readonly #queue: Waiter[] = [];

  constructor({ backlog = 0, ...all }: ConcurrencyLimitOptions) {
    const quarter = quarterOf(all);
    this.#backlog = backlog;
    this.#all = { active: 0, queued: 0, share: all };
    this.#anonymous = { active: 0, queued: 0, share: quarter };
    this.#shares = { ofUser: quarter, ofAnonymousUser: quarterOf(quarter) };
  }

  get active(): number {
    return this.#all.active;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get isFull(): boolean {
    return this.#all.queued >= this.#all.share.queued;
  }

  take(signal: LightAbortSignal, user?: CallUser): MaybePromise<Slot | undefined> {
    if (signal.aborted) throw signal.reason;
    const holding = this.#holdingOf(user);
    if (this.#mayStart(holding)) return this.#start(holding);
    const hasRoom = isAtQueueShare(holding)
      ? holding.backlog.length < this.#backlog
      : !this.isFull && holding.group.queued < holding.group.share.queued;
    if (hasRoom) return this.#wait(holding, signal);
    this.#forget(holding);
    return undefined;
  }

  #holdingOf(user: CallUser): Holding {
    const known = user && this.#holdings.get(user.id);
    if (known) return known;
    const isAnonymous = user?.isAnonymous === true;
    const { ofUser, ofAnonymousUser } = this.#shares;
    const share = isAnonymous ? ofAnonymousUser : ofUser;
    const holding: Holding = {
      user: user?.id,
      share: user ? share : UNLIMITED,
      group: isAnonymous ? this.#anonymous : this.#all,
      active: 0,
      queued: 0,
      backlog: EMPTY,
    };
    if (user) this.#holdings.set(user.id, holding);
    return holding;
  }

  #mayStart({ share, group, active }: Holding): boolean {
    const { active: all, share: most } = this.#all;
    return all < most.active && group.active < group.share.active && active < share.active;
  }

  #start(holding: Holding): Slot {
    this.#add('active', holding, 1);
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.#add('active', holding, -1);
        this.#startNext();
        this.#forget(holding);
      },
    };
  }

  #add(what: keyof Places, holding: Holding, count: 1 | -1): void {
    holding[what] += count;
    this.#all[what] += count;
    if (holding.group !== this.#all) holding.group[what] += count;
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
      if (isAtQueueShare(holding)) this.#enterBacklog(waiter);
      else this.#enterQueue(waiter);
      const stopListening = onAbort(signal, () => {
        if (!removeFrom(holding.backlog, waiter)) this.#leaveQueue(waiter);
        this.#forget(holding);
        reject(signal.reason);
      });
    });
  }

  #enterQueue(waiter: Waiter): void {
    this.#add('queued', waiter.holding, 1);
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
    this.#add('queued', holding, -1);
    const next = holding.backlog.shift();
    if (next) this.#enterQueue(next);
  }

  #forget({ user, active, queued }: Holding): void {
    if (user !== undefined && active + queued === 0) this.#holdings.delete(user);
  }
}

function isAtQueueShare({ queued, share }: Holding): boolean {
  return queued >= share.queued;
}
