// A body that has not arrived completely: what it holds of the budgets, and how it is ended.
import type { Socket } from 'node:net';
import type { AppError } from '../../core/errors.ts';
import type { NodeExchange } from '../node-exchange.ts';

/** What the bodies of one address hold of the budgets. */
export interface Share {
  readonly address: string;
  bodies: number;
  bytes: number;
}

/** One body, which is either read or discarded. */
export abstract class ArrivingBody {
  readonly exchange: NodeExchange;
  /** Whether the budgets must watch for its bytes themselves. */
  readonly isDiscarded: boolean;
  /** Bytes that have arrived, and those of them that are kept in memory. */
  received = 0;
  kept = 0;
  /** Chunks since its connection was paused last. */
  chunks = 0;
  /** Whether all of it has arrived, and it is kept until its request is admitted. */
  isComplete = false;
  isOver = false;
  /** Set while it counts against the budgets: for whom, since when by the monotonic clock, and with how many bytes. */
  share: Share | undefined = undefined;
  since = 0;
  counted = 0;

  constructor(exchange: NodeExchange, isDiscarded: boolean) {
    this.exchange = exchange;
    this.isDiscarded = isDiscarded;
  }

  get socket(): Socket {
    return this.exchange.request.socket;
  }

  /** Milliseconds after which it is cut, however fast it is. */
  get lasts(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Ends the body and its connection, with this error as the answer where none has been sent. */
  abstract cut(error: AppError): void;
}

/** Whether the headers of a request announce a body. */
export function announcesBody({ request: { headers } }: NodeExchange): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}
