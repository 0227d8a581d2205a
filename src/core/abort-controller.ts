// Aborting, for what every request may need and hardly any does: node's AbortController costs more than all of its use.

/** What the server needs of an `AbortSignal`. Node's own is one. */
export interface Abortable {
  readonly aborted: boolean;
  /** Why, once aborted. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A controller, and its signal in one. */
export class Aborter implements Abortable {
  aborted = false;
  reason: unknown;
  #listeners: (() => void)[] = [];

  /** Aborts, once: whoever listens is told in turn. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }
}

/** Calls `listener` when the signal aborts, at once where it has. What it returns ends the listening. */
export function whenAborted(signal: Abortable, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener);
  return () => signal.removeEventListener('abort', listener);
}
