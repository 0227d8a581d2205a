// The stream of one subscription: whose it is, until when it may last, and how it ended.
import type { StreamEnd } from '../core/events.ts';

/** Who has a stream: a user or, without a token, an address. */
export interface Holder {
  readonly key: string;
  /** The client's address, where the client is no user with an account. */
  readonly address: string | undefined;
}

/** A stream from the moment when it is admitted. */
export class OpenStream {
  readonly holder: Holder;
  /** When the token expires, by the monotonic clock. */
  readonly expiresAt: number;
  /** Whether its source has started: until then the request may still be refused. */
  started = false;
  /** Events that have been executed. */
  events = 0;
  ended: StreamEnd | undefined;
  /** What the last event says, where the stream does not simply complete. */
  error: unknown;
  readonly #released: () => void;
  #listener: (() => void) | undefined;

  /** Calls `released` when it ends, before the listener. */
  constructor(holder: Holder, expiresAt: number, released: () => void) {
    this.holder = holder;
    this.expiresAt = expiresAt;
    this.#released = released;
  }

  /** Ends the stream; only the first call counts. */
  end(how: StreamEnd, error?: unknown): void {
    if (this.ended) return;
    this.ended = how;
    this.error = error;
    this.#released();
    this.#listener?.();
  }

  /** Ends a stream that the client does not accept, which is known only once its source has started. */
  refuse(): void {
    this.started = false;
    this.end('client');
  }

  /** Calls `listener` when the stream ends, at once if it has. It replaces the listener before it. */
  onEnd(listener: () => void): void {
    this.#listener = listener;
    if (this.ended) listener();
  }
}
