// When a user may have changed, as the source of a subscription.
import type { FollowUser } from '../process/user-changes.ts';

/** Why a user is sent: the stream has begun, or something may have changed. */
export type UserEvent = 'begun' | 'changed';

/** Yields at once, and after changes. All that happen until the next event is asked for are one event. */
export class UserEvents implements AsyncIterableIterator<UserEvent> {
  readonly #stopFollowing: () => void;
  #next: UserEvent | undefined = 'begun';
  #wake: (() => void) | undefined;
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
    if (this.#next === undefined && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#next;
    if (value === undefined || this.#hasEnded) return DONE;
    // From here on a change is another event: this one is going to be executed.
    this.#next = undefined;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<UserEvent>> {
    this.#hasEnded = true;
    this.#stopFollowing();
    this.#wake?.();
    return DONE;
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
