// When a user may have changed, as the source of a subscription.
import type { FollowUser } from '../process/user-changes.ts';

/** Why a user is sent: the stream has begun, or something may have changed. */
export type UserEvent = 'begun' | 'changed';

/** Milliseconds between two events: a user with ten streams who changes something all the time would else take a core. */
const PAUSE = 250;

/**
 * Yields at once, and after changes. All that happen until the next event is asked for, or within `PAUSE` of the last one, are
 * one event.
 */
export class UserEvents implements AsyncIterableIterator<UserEvent> {
  readonly #stopFollowing: () => void;
  #next: UserEvent | undefined = 'begun';
  #wake: (() => void) | undefined;
  #pausedUntil = 0;
  #endPause: (() => void) | undefined;
  #hasEnded = false;

  /** Follows the user until `return` is called. */
  constructor(follow: FollowUser, userId: string) {
    this.#stopFollowing = follow(userId, () => {
      this.#next = 'changed';
      this.#wake?.();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<UserEvent>> {
    await this.#pause();
    if (this.#next === undefined && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#next;
    if (value === undefined || this.#hasEnded) return DONE;
    // From here on a change is another event: this one is going to be executed.
    this.#next = undefined;
    this.#pausedUntil = performance.now() + PAUSE;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<UserEvent>> {
    this.#hasEnded = true;
    this.#stopFollowing();
    this.#endPause?.();
    this.#wake?.();
    return DONE;
  }

  #pause(): Promise<void> | undefined {
    const left = this.#pausedUntil - performance.now();
    if (left <= 0 || this.#hasEnded) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, left);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
