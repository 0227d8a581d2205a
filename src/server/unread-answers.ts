// Answers that clients have not taken yet. One that is not taken fast enough is cut with its connection, and so is the slowest
// where all of them are too many or too large.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../core/clock.ts';
import type { CutReason, Emit } from '../core/events.ts';
import { removeFrom } from '../core/remove-from.ts';
import type { Traffic } from '../process/services.ts';
import type { NodeExchange } from './node-exchange.ts';

/** Limits of all answers together. */
export interface UnreadLimits {
  readonly answers: number;
  readonly bytes: number;
  /** Bytes per second that each client must take, counted over {@link WINDOW}. With 0 it must take a byte in that time. */
  readonly minRate: number;
}

/** `wake` asks for a call of `sweep` within a second or so. */
export interface UnreadAnswersOptions {
  readonly limits: UnreadLimits;
  readonly traffic: Traffic;
  readonly emit: Emit;
  readonly wake: () => void;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Milliseconds. Long, because a slow connection takes what the system has buffered in large pieces. */
const WINDOW = 15_000;

/** Bytes that each client is taken to have read at its start: one that has just been answered is not the slowest. */
const CREDIT = 65_536;

/** An answer that may have to wait for its client. */
export class WatchedAnswer {
  readonly exchange: NodeExchange;
  /** Since when the client is measured, by the monotonic clock, and what its connection had taken then. */
  since: number | undefined = undefined;
  taken = 0;
  isCut = false;
  /** Whether the system has taken all of it. Node says that also of a connection that was destroyed before. */
  isSent = false;

  constructor(exchange: NodeExchange) {
    this.exchange = exchange;
  }
}

/** The answers. An answer that the system takes at once is not among them. */
export class UnreadAnswers {
  readonly #options: UnreadAnswersOptions;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #answers: WatchedAnswer[] = [];

  constructor(options: UnreadAnswersOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Watches the answer of a request until `end`. */
  watch(exchange: NodeExchange): void {
    if (exchange.answer) return;
    const answer = new WatchedAnswer(exchange);
    exchange.answer = answer;
    exchange.response.on('finish', () => {
      answer.isSent = !exchange.request.socket.destroyed;
    });
    this.#answers.push(answer);
    this.#options.wake();
  }

  /** An answer was written that its client has not taken at once: makes room where all of them are too many. */
  written(exchange: NodeExchange): void {
    this.watch(exchange);
    if (exchange.answer) this.#measure(exchange.answer);
    const { limits } = this.#options;
    let waiting = this.#answers.filter(isWaiting);
    let bytes = sumOf(waiting);
    while (bytes > limits.bytes || waiting.length > limits.answers) {
      const slowest = this.#slowestOf(waiting);
      if (!slowest) return;
      this.#cut(slowest, 'UNREAD_LIMIT');
      // With those that are queued behind it.
      waiting = waiting.filter(isWaiting);
      bytes = sumOf(waiting);
    }
    this.#options.traffic.unreadBytes = bytes;
  }

  /** The answer was sent, or its connection closed. */
  end(answer: WatchedAnswer): void {
    removeFrom(this.#answers, answer);
    if (this.#answers.length === 0) this.#options.traffic.unreadBytes = 0;
  }

  /** Cuts the clients that take too little. */
  sweep(): void {
    for (const answer of [...this.#answers]) this.#measure(answer);
    this.#options.traffic.unreadBytes = sumOf(this.#answers);
    if (this.#answers.length > 0) this.#options.wake();
  }

  /** An answer that is queued behind another of its connection waits for that one, not for the client. */
  #measure(answer: WatchedAnswer): void {
    const { response } = answer.exchange;
    if (answer.isCut || response.socket === null || response.writableLength === 0) {
      answer.since = undefined;
      return;
    }
    const now = this.#clock.monotonic();
    const taken = takenBy(response.socket, response);
    if (answer.since !== undefined && now - answer.since < WINDOW) return;
    const least =
      answer.since === undefined ? 0 : ((now - answer.since) / 1000) * this.#options.limits.minRate;
    if (answer.since !== undefined && taken - answer.taken < Math.max(1, least)) {
      this.#cut(answer, 'ANSWER_NOT_READ');
      return;
    }
    answer.since = now;
    answer.taken = taken;
  }

  /** A client that sends requests before it has taken earlier answers is slower than all others: few do so, and none needs to. */
  #slowestOf(answers: readonly WatchedAnswer[]): WatchedAnswer | undefined {
    const now = this.#clock.monotonic();
    const rateOf = ({ exchange, since = now, taken }: WatchedAnswer) => {
      const { socket } = exchange.response;
      return socket === null ? 0 : (takenBy(socket, exchange.response) - taken + CREDIT) / (now - since + 1);
    };
    let slowest: WatchedAnswer | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const answer of answers) {
      const rate = rateOf(answer);
      if (rate >= least) continue;
      least = rate;
      slowest = answer;
    }
    return slowest;
  }

  #cut(answer: WatchedAnswer, reason: CutReason): void {
    answer.isCut = true;
    this.#options.emit({ kind: 'cut', reason });
    answer.exchange.request.socket.destroy();
  }
}

function isWaiting({ exchange: { request, response } }: WatchedAnswer): boolean {
  return response.writableLength > 0 && !request.socket.destroyed;
}

function sumOf(answers: readonly WatchedAnswer[]): number {
  return answers.reduce((sum, { exchange }) => sum + exchange.response.writableLength, 0);
}

/** Calls `waiting` whenever what is written to a response has to wait for its client. */
export function watchWrites(response: ServerResponse, waiting: () => void): void {
  const write: (...args: Parameters<ServerResponse['write']>) => boolean = response.write.bind(response);
  response.write = (...args: unknown[]) => {
    const isTaken = write(...(args as Parameters<ServerResponse['write']>));
    if (!isTaken) waiting();
    return isTaken;
  };
}

/**
 * Bytes that the system has taken for a client. Node tells it only of the handle, by which it measures `socket.setTimeout`
 * itself. Bun has no handle: it counts what was written, and the response has what still waits.
 */
function takenBy(socket: Socket, response: ServerResponse): number {
  const { _handle: handle } = socket as {
    readonly _handle?: Partial<Record<'bytesWritten' | 'writeQueueSize', unknown>>;
  };
  const { bytesWritten, writeQueueSize } = handle ?? {};
  if (typeof bytesWritten === 'number' && typeof writeQueueSize === 'number')
    return bytesWritten - writeQueueSize;
  return socket.bytesWritten - response.writableLength;
}
