// The provider's public keys: one set per process, fetched in the background, kept through outages.
import type { CryptoKey } from 'jose';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, ignoreEvents } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import { type FetchedKeys, fetchKeys, type KeySource } from './fetch-keys.ts';

/** A token's key by its `kid`. */
export interface KeySet {
  /** The key in force under that id at this moment, if the set is fit for use. Never waits. */
  current(kid: string): CryptoKey | undefined;
  /**
   * The key under that id, or `undefined` where the provider is known not to have it. May wait for one fetch.
   * Throws `AppError` `SERVICE_UNAVAILABLE` where that cannot be known now.
   */
  find(kid: string): Promise<CryptoKey | undefined>;
  /** `age` is in seconds, of the keys that are held; `failing` says how the last fetch ended. */
  state(): { readonly age: number | undefined; readonly failing: boolean };
  /** Stops the refreshing. */
  close(): void;
}

/** Durations are in milliseconds. `maxStale` is how old the keys may grow while the provider does not answer. */
export interface KeySetOptions {
  readonly source: KeySource;
  readonly maxStale: number;
  readonly logger: Logger;
  readonly emit?: Emit;
  readonly clock?: Clock;
  /** First and longest pause between two attempts while fetching fails. */
  readonly retryDelay?: { readonly first: number; readonly longest: number };
}

/** However many unknown ids are sent, they cause at most one fetch in this time. */
const UNKNOWN_KEY_COOLDOWN = 30_000;
/** A request that comes while there are no usable keys waits for those on their way, but not long. */
const KEYS_WAIT = 2_000;

/** Starts to fetch the keys, without waiting for them, and keeps them fresh until `close`. */
export function startKeySet({
  source,
  maxStale,
  logger,
  emit = ignoreEvents,
  clock = systemClock,
  retryDelay = { first: 1_000, longest: 30_000 },
}: KeySetOptions): KeySet {
  let held: FetchedKeys | undefined;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function refresh(): Promise<void> {
    clearTimeout(timer);
    attemptedAt = clock.monotonic();
    underWay ??= fetchKeys(source, { held: held?.keys, clock })
      .then(accept, reject)
      .then((pause) => {
        underWay = undefined;
        if (!closed) timer = setTimeout(refresh, pause).unref();
      });
    return underWay;
  }

  function accept(fetched: FetchedKeys): number {
    if (failures > 0) logger.info({ keys: fetched.keys.size }, 'The keys of the identity provider are back');
    held = fetched;
    failures = 0;
    emit({ kind: 'keys', outcome: 'fetched' });
    // Twice before they grow too old, however long the provider calls them fresh.
    return Math.min(fetched.freshFor, maxStale / 2);
  }

  function reject(error: unknown): number {
    failures += 1;
    emit({ kind: 'keys', outcome: 'failed' });
    const { age } = state();
    const level = error instanceof AppError && error.code === 'INVALID_CONFIGURATION' ? 'error' : 'warn';
    logger[level]({ err: error, failures, age }, 'The keys of the identity provider could not be fetched');
    const pause = Math.min(retryDelay.first * 2 ** (failures - 1), retryDelay.longest);
    return pause * (0.75 + Math.random() / 2);
  }

  function state() {
    return { age: held && Math.round((clock.monotonic() - held.fetchedAt) / 1000), failing: failures > 0 };
  }

  function usable(): FetchedKeys['keys'] | undefined {
    return held !== undefined && clock.monotonic() - held.fetchedAt <= maxStale ? held.keys : undefined;
  }

  const current = (kid: string) => usable()?.get(kid)?.key;

  async function find(kid: string): Promise<CryptoKey | undefined> {
    // They were never there, or grew too old unseen, as in a process that was suspended.
    if (!usable() && (underWay || failures === 0)) await orAfter(underWay ?? refresh(), KEYS_WAIT);
    const known = current(kid);
    if (known) return known;
    if (!usable()) throw unavailable();
    // After a failure the retry loop is at work already, and nobody can say whether the key is new or forged.
    if (failures === 0 && (underWay || clock.monotonic() - attemptedAt >= UNKNOWN_KEY_COOLDOWN))
      await (underWay ?? refresh());
    const found = current(kid);
    if (!found && failures > 0) throw unavailable();
    return found;
  }

  void refresh();
  return {
    current,
    find,
    state,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function unavailable(): AppError {
  return new AppError('Authentication server error', {
    code: 'SERVICE_UNAVAILABLE',
    reason: 'SERVER_ERROR',
    retryAfter: 5,
  });
}

function orAfter(work: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
