// Pauses for single users: where the provider fails or limits the calls of one user again and again, only that user waits.
import { LRUCache } from 'lru-cache';
import type { EventOf } from '../../core/events.ts';
import type { Failure, Outcome } from '../outcomes.ts';
import { failureOf } from './failure-count.ts';
import { growingPause, LONGEST_PAUSE, limitedFor } from './limit-pause.ts';

/** Durations are in milliseconds. */
export interface UserPausesOptions {
  /** How many failures in a row pause a user. */
  readonly failures: number;
  readonly pause: number;
}

/** Why a user is paused. */
export type PauseCause = EventOf<'user-paused'>['because'];

interface NotedAt {
  readonly now: number;
  readonly isTrial: boolean;
}

/** What is known of a user whose last call failed or was limited. */
interface Trouble {
  failures: number;
  limits: number;
  /** The ends of the pauses, by the monotonic clock. */
  failedUntil: number;
  limitedUntil: number;
}

/** Users whose last call failed. Of more than these the one is forgotten that failed longest ago. */
const MAX_USERS = 2_000;

/** The first pause of a user after a 429 that names no time, in milliseconds. */
const FIRST_LIMIT = 5_000;

const PAUSED: Failure = { kind: 'unavailable', cause: new Error("The user's calls are paused") };

/** The pauses of all users. `now` is always the monotonic clock's reading. */
export class UserPauses {
  readonly #options: UserPausesOptions;
  readonly #troubles = new LRUCache<string, Trouble>({ max: MAX_USERS });

  constructor(options: UserPausesOptions) {
    this.#options = options;
  }

  /** The answer that a user's call gets during a pause; `undefined` where it may be made. */
  refusal(id: string, now: number): Failure | undefined {
    if (this.#troubles.size === 0) return undefined;
    const trouble = this.#troubles.get(id);
    if (!trouble) return undefined;
    if (now < trouble.limitedUntil) return limitedFor(trouble.limitedUntil - now);
    return now < trouble.failedUntil ? PAUSED : undefined;
  }

  /**
   * Takes the outcome of a user's call into account. Returns why a pause begins, if one does. A connection that could not be
   * made says nothing about the user, nor does a 500 that may be no failure. A trial of the breaker that fails pauses its user at once: the next one is another's.
   */
  note(id: string, outcome: Outcome<unknown>, at: NotedAt): PauseCause | undefined {
    const failure = failureOf(outcome);
    if (failure === 'connection' || (failure === 'ambiguous' && !at.isTrial)) return undefined;
    if (outcome.kind === 'limited') return this.#limit(id, outcome.retryAfter, at.now);
    if (failure !== undefined) return this.#fail(id, at);
    if (this.#troubles.size > 0) this.#troubles.delete(id);
    return undefined;
  }

  /** Forgets the failures of all users: they are those of the provider, and the breaker has opened. */
  forgetFailures(): void {
    for (const trouble of this.#troubles.values()) {
      trouble.failures = 0;
      trouble.failedUntil = Number.NEGATIVE_INFINITY;
    }
  }

  /** Forgets all 429s: they were those of the project, and are over. */
  forgetLimits(): void {
    for (const trouble of this.#troubles.values()) {
      trouble.limits = 0;
      trouble.limitedUntil = Number.NEGATIVE_INFINITY;
    }
  }

  #limit(id: string, retryAfter: number | undefined, now: number): PauseCause | undefined {
    const trouble = this.#troubleOf(id);
    const isPaused = now < trouble.limitedUntil;
    if (!isPaused) trouble.limits += 1;
    const pause =
      retryAfter === undefined
        ? growingPause(FIRST_LIMIT, trouble.limits)
        : Math.min(retryAfter * 1000, LONGEST_PAUSE);
    trouble.limitedUntil = Math.max(trouble.limitedUntil, now + pause);
    return isPaused ? undefined : 'limited';
  }

  #fail(id: string, { now, isTrial }: NotedAt): PauseCause | undefined {
    const trouble = this.#troubleOf(id);
    trouble.failures = isTrial ? this.#options.failures : trouble.failures + 1;
    if (trouble.failures < this.#options.failures) return undefined;
    const isPaused = now < trouble.failedUntil;
    trouble.failedUntil = now + this.#options.pause;
    return isPaused ? undefined : 'failing';
  }

  #troubleOf(id: string): Trouble {
    const known = this.#troubles.get(id);
    if (known) return known;
    const trouble = {
      failures: 0,
      limits: 0,
      failedUntil: Number.NEGATIVE_INFINITY,
      limitedUntil: Number.NEGATIVE_INFINITY,
    };
    this.#troubles.set(id, trouble);
    return trouble;
  }
}
