// Evicts from the store that replicas share what a change makes wrong, and hears of the changes that other replicas know of.
import { type Emit, ignoreEvents } from '../../core/events.ts';
import type { CopyStore, Eviction, EvictionScope } from '../../store/copy-store.ts';
import { randomId } from '../../store/random-id.ts';
import { readMessage, writeMessage } from './change-message.ts';
import type { ChangeListener, ChangeSource, IdentityChange } from './identity-change.ts';

/** What it is made from. */
export interface EvictionChannelOptions {
  readonly store: CopyStore;
  readonly emit?: Emit;
  /** Before evictions that failed are sent again, in milliseconds. */
  readonly retryPause?: number;
}

/** Evictions that the store has not confirmed. Beyond them everything is evicted. */
const MAX_UNCONFIRMED = 2_000;

/** The evictions of one process. One that is not confirmed is sent until it is. */
export class EvictionChannel {
  readonly #store: CopyStore;
  readonly #emit: Emit;
  readonly #origin = randomId();
  readonly #retryPause: number;
  #unconfirmed: Eviction[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ store, emit = ignoreEvents, retryPause = 1_000 }: EvictionChannelOptions) {
    this.#store = store;
    this.#emit = emit;
    this.#retryPause = retryPause;
  }

  /** Listens to the changes that other replicas tell. `hear` is also called with `all`, whenever some may have been missed. */
  listen(hear: ChangeListener): void {
    this.#store.onMessage((message) => {
      const told = readMessage(message);
      if (told?.origin === this.#origin) return;
      if (!told) this.#emit({ kind: 'redis-unreadable', what: 'message' });
      hear(told?.change ?? { kind: 'all' }, told?.source ?? 'replica');
    });
    this.#store.onConnect(({ evictions }) => {
      // Of what was told meanwhile, this process has heard nothing.
      hear({ kind: 'all' }, 'replica');
      if (evictions) this.#add({ scope: 'all', message: undefined });
      this.#sendAll();
    });
  }

  /** Evicts what the change makes wrong, and tells the other replicas. Does not wait for it. */
  send(change: IdentityChange, source: ChangeSource): void {
    const message = writeMessage({ origin: this.#origin, change, source });
    const eviction = { scope: scopeOf(change), message };
    if (this.#add(eviction)) void this.#send([eviction]);
    else this.#sendAll();
  }

  /** Whether copies in the store may be those of before an eviction: they must be neither read nor written. */
  isUnconfirmed(userId: string, showsTeams: boolean): boolean {
    return this.#unconfirmed.some(({ scope }) => {
      if (typeof scope !== 'string') return scope.userId === userId;
      return scope === 'all' || showsTeams;
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Returns false where the eviction became part of one of everything. */
  #add(eviction: Eviction): boolean {
    if (this.#unconfirmed.length < MAX_UNCONFIRMED) {
      this.#unconfirmed.push(eviction);
      return true;
    }
    const message = writeMessage({ origin: this.#origin, change: { kind: 'all' }, source: 'here' });
    this.#unconfirmed = [{ scope: 'all', message }];
    return false;
  }

  #sendAll(): void {
    if (this.#unconfirmed.length > 0) void this.#send([...this.#unconfirmed]);
  }

  async #send(evictions: readonly Eviction[]): Promise<void> {
    if (await this.#store.evict(evictions)) {
      const confirmed = new Set(evictions);
      this.#unconfirmed = this.#unconfirmed.filter((each) => !confirmed.has(each));
    } else this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sendAll();
    }, this.#retryPause);
    this.#timer.unref();
  }
}

function scopeOf(change: IdentityChange): EvictionScope {
  if (change.kind === 'all') return 'all';
  return change.kind === 'team' ? 'teams' : { userId: change.userId };
}
