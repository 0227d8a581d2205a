// Listeners for the end of a response. Each response has one listener of its event `close`, however many functions are called.
import type { ServerResponse } from 'node:http';

/**
 * Calls `listener` when the response was sent, or its connection closed.
 *
 * Not by `response.on` for each: for a second listener Node makes an array. Those of connections live long, so V8 may decide
 * to allocate all such arrays in the old generation, where one keeps its response, and that its request and buffers, until
 * the next full collection.
 */
export function onClose(response: ServerResponse & WithClose, listener: () => void): void {
  const known = response[CLOSE];
  if (known) {
    known.add(listener);
    return;
  }
  const close = new ResponseClose(listener);
  response[CLOSE] = close;
  response.on('close', () => close.run());
}

const CLOSE = Symbol('close');

interface WithClose {
  [CLOSE]?: ResponseClose;
}

/** The functions in the order in which they were added. */
class ResponseClose {
  readonly #first: () => void;
  #next: ResponseClose | undefined = undefined;

  constructor(first: () => void) {
    this.#first = first;
  }

  add(listener: () => void): void {
    if (this.#next) this.#next.add(listener);
    else this.#next = new ResponseClose(listener);
  }

  run(): void {
    this.#first();
    this.#next?.run();
  }
}
