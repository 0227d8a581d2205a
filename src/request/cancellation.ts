// Cancellation of one request: when its client disconnects, or when its time limit is over.
import { LightAbortController, type LightAbortSignal, onAbort } from '../core/abort-controller.ts';

/** How the work of one request is cancelled. */
export interface Cancellation {
  /** Aborts when the client disconnects or the time is over. Created on first use: most requests never need it. */
  readonly signal: AbortSignal;
  /** The same for the server's own use, at a fraction of the cost of an `AbortSignal`. */
  readonly lightSignal: LightAbortSignal;
  /** Aborts the work that is still running, with this reason. */
  abort(reason: unknown): void;
  /** Stops listening for the client to disconnect. */
  end(): void;
}

/** Calls `disconnected` with a reason when the client disconnects, at once if it has. Returns a function that stops listening. */
export type OnDisconnect = (disconnected: (reason: unknown) => void) => () => void;

/** Creates the cancellation of a request. */
export function createCancellation(onDisconnect: OnDisconnect): Cancellation {
  return new RequestCancellation(onDisconnect);
}

/** A client whose disconnect is reported by a signal. */
export function disconnectOf(signal: AbortSignal): OnDisconnect {
  return (disconnected) => onAbort(signal, () => disconnected(signal.reason));
}

/**
 * A class because of its getters: V8 creates a hidden class for each object literal that has one, and that class keeps
 * everything the getter can reach, here a whole request, alive until the next full collection.
 */
class RequestCancellation implements Cancellation {
  readonly #onDisconnect: OnDisconnect;
  #light: LightAbortController | undefined;
  #controller: AbortController | undefined;
  #stopListening: (() => void) | undefined;

  constructor(onDisconnect: OnDisconnect) {
    this.#onDisconnect = onDisconnect;
  }

  get lightSignal(): LightAbortSignal {
    if (!this.#light) {
      const light = new LightAbortController();
      this.#light = light;
      this.#stopListening = this.#onDisconnect((reason) => light.abort(reason));
    }
    return this.#light;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const { lightSignal } = this;
      const controller = new AbortController();
      this.#controller = controller;
      onAbort(lightSignal, () => controller.abort(lightSignal.reason));
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#light ??= new LightAbortController();
    this.#light.abort(reason);
  }

  end(): void {
    this.#stopListening?.();
  }
}
