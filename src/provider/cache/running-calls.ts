// The calls that are running for copies: which of them a request may join, and which may store what they bring.
import type { CopyKind } from '../../core/events.ts';
import { removeFrom } from '../../core/remove-from.ts';
import type { Outcome } from '../outcomes.ts';
import { type SharedCall, type SharedCallOptions, startSharedCall } from '../resilience/shared-call.ts';
import { covers, type FetchedWith, type TokenOfUser } from './copy-cache.ts';
import type { Lookup } from './second-layer.ts';

/** An outcome, and whether it is a copy of the second layer, which may be old. */
export type ReadOutcome<T> = Outcome<T> & { readonly isCopy?: true };

/** A running call. `shared` is emptied when the call can no longer be joined. */
export interface RunningCall<T> {
  readonly kind: CopyKind;
  readonly started: FetchedWith;
  shared: SharedCall<ReadOutcome<T>> | undefined;
  /** False after a drop: the call began before it, and may show what was then. */
  isKept: boolean;
  /** False while it waits for its turn among the calls of its caller. */
  isSent: boolean;
  /** What the second layer has, once that has been read. */
  lookup: Lookup<T> | undefined;
  /** The id of the user that it is made for. */
  readonly callerId: string;
}

/** What a call is started with. */
export interface StartOptions<T> {
  readonly kind: CopyKind;
  readonly started: FetchedWith;
  readonly callerId: string;
  readonly timeout: number;
  readonly work: (
    running: RunningCall<T>,
    signal: Parameters<SharedCallOptions<ReadOutcome<T>>['work']>[0],
  ) => ReturnType<SharedCallOptions<ReadOutcome<T>>['work']>;
  /** Makes the outcome from that of the work, also where nothing waits for it any more. */
  readonly onResult: (running: RunningCall<T>, outcome: ReadOutcome<T>) => ReadOutcome<T>;
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
    // A loop, since `findLast` calls a function for each of them, in every request.
    for (let index = this.#pending.length - 1; index >= 0; index -= 1) {
      const running = this.#pending[index];
      if (running?.kind !== kind || running.shared === undefined) continue;
      const { started } = running;
      if (started.id !== token.id || started.teamId !== teamId) continue;
      return covers(started, token) ? (running as RunningCall<unknown> as RunningCall<T>) : undefined;
    }
    return undefined;
  }

  start<T>(options: StartOptions<T>): SharedCall<ReadOutcome<T>> {
    const { kind, started, callerId, timeout, work, onResult } = options;
    const running: RunningCall<T> = {
      kind,
      started,
      callerId,
      shared: undefined,
      isKept: true,
      isSent: false,
      lookup: undefined,
    };
    this.#pending.push(running);
    running.shared = startSharedCall<ReadOutcome<T>>({
      work: (signal) => work(running, signal),
      timeout,
      onResult: (outcome) => onResult(running, outcome),
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
