// The provider's public keys: one set per process, refreshed in the background, kept during outages.
import type { CryptoKey } from 'jose';
import { ConnectFailure } from '../core/call-trouble.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Emit, ignoreEvents } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import { type FetchedKeys, fetchKeys, type KeySource } from './fetch-keys.ts';

/** Looks up the keys of tokens by `kid`. */
export interface KeySet {
  /** The key that is held under this id, unless the set is too old. Synchronous. */
  current(kid: string): CryptoKey | undefined;
  /**
   * The key under this id, or `undefined` where the provider does not have it. May wait for one fetch.
   * Rejects with `AppError` `SERVICE_UNAVAILABLE` where the keys cannot be fetched.
   */
  find(kid: string): Promise<CryptoKey | undefined>;
  /**
   * Resolves where keys of the project have been fetched at least once: until then its id itself may be wrong. May wait for
   * the first fetch. Rejects as `find` does.
   */
  seen(): Promise<void>;
  state(): KeySetState;
  /** Stops refreshing. */
  close(): void;
}

/** `age` of the keys that are held, in seconds. `failing` and `projectUnknown` are about the last fetch. */
export interface KeySetState {
  readonly age: number | undefined;
  readonly failing: boolean;
  /** The provider answered that it does not know the project. */
  readonly projectUnknown: boolean;
}

/** Durations are in milliseconds. `maxStale` is how old the keys may grow while the provider does not answer. */
export interface KeySetOptions {
  readonly source: KeySource;
  readonly maxStale: number;
  readonly logger: Log;
  readonly emit?: Emit;
  readonly clock?: Clock;
  /** The first and the longest pause between two attempts while fetching fails. */
  readonly retryDelay?: { readonly first: number; readonly longest: number };
}

/** Milliseconds. Unknown ids cause at most one fetch in this time, however many are sent. */
const UNKNOWN_KEY_COOLDOWN = 30_000;
/** Milliseconds that a request waits for a fetch while there are no usable keys. */
const KEYS_WAIT = 2_000;

/** Starts fetching the keys, without waiting for them, and refreshes them until `close`. */
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
  let dueAt = Number.POSITIVE_INFINITY;
  let failures = 0;
  let projectUnknown = false;
  let inFlight: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function refresh(): Promise<void> {
    clearTimeout(timer);
    attemptedAt = clock.monotonic();
    inFlight ??= fetchKeys(source, { held: held?.keys, clock })
      .then(accept, reject)
      .then((pause) => {
        inFlight = undefined;
        dueAt = clock.monotonic() + pause;
        if (!closed) timer = setTimeout(refresh, pause).unref();
      });
    return inFlight;
  }

  function accept(fetched: FetchedKeys): number {
    if (failures > 0)
      logger.info({ keys: fetched.keys.size }, 'The keys of the identity provider were fetched again');
    held = fetched;
    failures = 0;
    projectUnknown = false;
    emit({ kind: 'keys', outcome: 'fetched' });
    // There are two attempts before the keys are too old, however long the provider lets them be cached.
    return Math.min(fetched.freshFor, maxStale / 2);
  }

  function reject(error: unknown): number {
    failures += 1;
    projectUnknown = error instanceof AppError && error.code === 'INVALID_CONFIGURATION';
    emit({ kind: 'keys', outcome: 'failed' });
    const { age } = state();
    // Plain words: a stack would say nothing about the operator's mistake, or about a provider that cannot be reached.
    if (projectUnknown) logger.error({ projectId: source.projectId, failures, age }, messageOf(error));
    else
      logger.warn(
        { reason: describe(error), failures, age },
        'The keys of the identity provider could not be fetched',
      );
    const pause = Math.min(retryDelay.first * 2 ** (failures - 1), retryDelay.longest);
    return pause * (0.75 + Math.random() / 2);
  }

  function state(): KeySetState {
    const age = held && Math.round((clock.monotonic() - held.fetchedAt) / 1000);
    return { age, failing: failures > 0, projectUnknown };
  }

  function usable(): FetchedKeys['keys'] | undefined {
    return held !== undefined && clock.monotonic() - held.fetchedAt <= maxStale ? held.keys : undefined;
  }

  const current = (kid: string) => usable()?.get(kid)?.key;

  /** Waits where there are no keys yet, or they are too old, as after the process was suspended: its timers stood still. */
  async function waitForKeys(): Promise<void> {
    if (usable()) return;
    const isDue = failures === 0 || clock.monotonic() >= dueAt;
    if (inFlight || (isDue && !closed)) await withTimeout(inFlight ?? refresh(), KEYS_WAIT);
  }

  async function seen(): Promise<void> {
    if (!held) await waitForKeys();
    if (!held) throw unavailable();
  }

  async function find(kid: string): Promise<CryptoKey | undefined> {
    await waitForKeys();
    const known = current(kid);
    if (known) return known;
    if (!usable()) throw unavailable();
    // After a failed fetch the retry timer is running already, and whether the key is new or forged cannot be known.
    if (failures === 0 && (inFlight || clock.monotonic() - attemptedAt >= UNKNOWN_KEY_COOLDOWN))
      await (inFlight ?? refresh());
    const found = current(kid);
    if (!found && failures > 0) throw unavailable();
    return found;
  }

  void refresh();
  return {
    current,
    find,
    seen,
    state,
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unavailable(): AppError {
  return new AppError('Authentication server error', {
    code: 'SERVICE_UNAVAILABLE',
    reason: 'SERVER_ERROR',
    retryAfter: 5,
  });
}

function withTimeout(work: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** One line for each attempt: a stack would say nothing about a provider that cannot be reached. */
function describe(error: unknown): string {
  const messages: string[] = [];
  for (
    let each = error;
    each instanceof Error;
    each = each instanceof ConnectFailure ? undefined : each.cause
  )
    if (each.message !== messages.at(-1)) messages.push(each.message);
  return messages.join(': ');
}
