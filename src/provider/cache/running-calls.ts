// The calls that are running for copies: which of them a request may join, and which may store what they bring.
import type { CopyKind } from '../../core/events.ts';
import { removeFrom } from '../../core/remove-from.ts';
import type { Outcome } from '../outcomes.ts';
import { type SharedCall, type SharedCallOptions, startSharedCall } from '../resilience/shared-call.ts';
import { covers, type FetchedWith, type TokenOfUser } from './copy-cache.ts';

/** A running call. `shared` is emptied when the call can no longer be joined. */
export interface RunningCall<T> {
  readonly kind: CopyKind;
  readonly started: FetchedWith;
  shared: SharedCall<Outcome<T>> | undefined;
  /** False after a drop: the call began before it, and may show what was then. */
  isKept: boolean;
}

/** What a call is started with. */
export interface StartOptions<T> {
  readonly kind: CopyKind;
  readonly started: FetchedWith;
  readonly timeout: number;
  readonly work: (
    running: RunningCall<T>,
    signal: Parameters<SharedCallOptions<T>['work']>[0],
  ) => Promise<Outcome<T>>;
}

/**
 * The running calls of all users. A list, which is as long as there are calls: a Map whose entries come and go leaves its old
 * tables to the next full collection, with the keys and values that were in them.
 */
export class RunningCalls {
  /** All whose work has not ended, whether they can be joined or not. */
  readonly #pending: RunningCall<unknown>[] = [];

  /** The call that shows the user as this token's user may expect. `T` is the type of the kind's values. */
  find<T>(kind: CopyKind, token: TokenOfUser, teamId: string | undefined): RunningCall<T> | undefined {
    const newest = this.#pending.findLast(
      (running) =>
        running.shared !== undefined &&
        running.kind === kind &&
        running.started.id === token.id &&
        running.started.teamId === teamId,
    );
    return newest && covers(newest.started, token) ? (newest as RunningCall<T>) : undefined;
  }

  start<T>({ kind, started, timeout, work }: StartOptions<T>): SharedCall<Outcome<T>> {
    const running: RunningCall<T> = { kind, started, shared: undefined, isKept: true };
    this.#pending.push(running);
    running.shared = startSharedCall<Outcome<T>>({
      work: (signal) => work(running, signal),
      timeout,
      onWorkEnd: () => removeFrom(this.#pending, running),
      onTimeout: () => ({ kind: 'unavailable', cause: new Error(`No ${kind} within ${timeout} ms`) }),
      onEnd: () => {
        running.shared = undefined;
      },
    });
    return running.shared;
  }

  /** From now on no request joins the calls that match, and what they bring is not stored. Those who wait for them get it. */
  detach(matches: (running: RunningCall<unknown>) => boolean): void {
    for (const running of this.#pending) {
      if (!matches(running)) continue;
      running.isKept = false;
      running.shared = undefined;
    }
  }
}
