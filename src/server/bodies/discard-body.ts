// Bodies that are not read: those of refused requests, and those that come with a GET. They take no memory, but count against
// the number of bodies and must not be slower than others.
import type { NodeExchange } from '../node-exchange.ts';
import { ArrivingBody, announcesBody } from './arriving-body.ts';
import type { BodyBudgets } from './body-budgets.ts';

/** Milliseconds in which a client that is still sending can read its answer, before the connection is closed. */
export const LINGER = 2_000;

/** Whether the rest of a body is short enough for Node to read and discard it, so that the connection can be used again. */
export function isShort({ request: { complete, headers } }: NodeExchange, limit: number): boolean {
  return complete || Number(headers['content-length'] ?? Number.NaN) <= limit;
}

/** Watches a body that Node discards. Where it is cut, its connection is closed. */
export function watchDiscarded(exchange: NodeExchange, budgets: BodyBudgets): void {
  if (exchange.request.complete || !announcesBody(exchange)) return;
  budgets.begin(new DiscardedBody(exchange));
}

/** How the rest of a body is discarded. */
export interface DiscardOptions {
  /** In bytes. */
  readonly limit: number;
  readonly budgets: BodyBudgets;
  ended(): void;
}

/**
 * Discards the rest of a body, up to `limit` bytes, and then calls `ended`. Closing a connection on which bytes are
 * unread resets it, and the client may lose the answer: so nothing is closed before the body ends or time is over.
 */
export function discardBody(exchange: NodeExchange, { limit, budgets, ended }: DiscardOptions): void {
  const { request } = exchange;
  let left = limit;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.pause();
  });
  request.once('close', ended);
  budgets.count(new LingeringBody(exchange, ended));
  request.resume();
}

class DiscardedBody extends ArrivingBody {
  constructor(exchange: NodeExchange) {
    super(exchange, true);
  }

  override cut(): void {
    this.exchange.request.socket.destroy();
  }
}

class LingeringBody extends ArrivingBody {
  readonly #ended: () => void;

  constructor(exchange: NodeExchange, ended: () => void) {
    super(exchange, true);
    this.#ended = ended;
  }

  override get lasts(): number {
    return LINGER;
  }

  override cut(): void {
    this.#ended();
  }
}
