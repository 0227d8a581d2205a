// Failures since the provider last answered well, counted so that the trouble of one user alone does not open the breaker.
import type { Outcome, Trouble } from '../outcomes.ts';

/** The user that a call is made for. Calls without one count as those of one more user. */
export type CallUser = { readonly id: string; readonly isAnonymous: boolean } | undefined;

/** How the provider failed a call; `undefined` where it did not. */
export function failureOf(outcome: Outcome<unknown>): Trouble | undefined {
  return outcome.kind === 'unavailable' ? outcome.trouble : undefined;
}

/** One failure that counted. `at` is when it ended, by the monotonic clock. */
interface Counted {
  readonly by: string;
  readonly at: number;
}

/** All anonymous users count as one: any client can create any number of them. */
const ANONYMOUS = 'anonymous';

/**
 * Counts each connection that could not be made; each call that got no answer in time, but those of one user that ran
 * together once; and each user who got a failed answer or a broken connection. An unreadable answer does not count: the
 * provider works, and what cannot be read is about one user. Nor does an ambiguous one, which may have been no failure.
 */
export class FailureCount {
  #counted: Counted[] = [];

  get size(): number {
    return this.#counted.length;
  }

  reset(): void {
    if (this.#counted.length > 0) this.#counted = [];
  }

  /** `began` and `ended` are readings of the monotonic clock. */
  add(
    failure: Trouble,
    { user, began, ended }: { readonly user: CallUser; readonly began: number; readonly ended: number },
  ): void {
    if (failure === 'unreadable' || failure === 'ambiguous') return;
    const id = user?.id ?? '';
    const by = user?.isAnonymous && failure !== 'timeout' ? ANONYMOUS : id;
    const isKnown = this.#counted.some(
      (counted) => counted.by === by && (failure !== 'timeout' || counted.at > began),
    );
    if (failure === 'connection' || !isKnown) this.#counted.push({ by, at: ended });
  }
}
