// Budgets of all bodies that are arriving: their number, and the bytes received. Where one is full, the body that receives the
// fewest bytes per second is cut, and the new one is admitted.
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type { CutReason, Emit } from '../../core/events.ts';
import { removeFrom } from '../../core/remove-from.ts';
import type { Traffic } from '../../process/services.ts';
import type { NodeExchange } from '../node-exchange.ts';
import type { ArrivingBody, Share } from './arriving-body.ts';
import { ChunkPace } from './chunk-pace.ts';

/** Limits of all bodies together. One address has at most half of `bodies` and `bytes`. */
export interface BodyLimits {
  readonly bodies: number;
  readonly bytes: number;
  /** Bytes per second, on average, after {@link GRACE}. 0 is no limit. */
  readonly minRate: number;
}

/** What the budgets are made from. `wake` asks for a call of `sweep` within a second or so. */
export interface BodyBudgetsOptions {
  readonly limits: BodyLimits;
  readonly traffic: Traffic;
  readonly emit: Emit;
  readonly addressOf: (exchange: NodeExchange) => string;
  readonly wake: () => void;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Milliseconds in which a body may be slower than the minimum rate. */
const GRACE = 5_000;

/** Bytes that each body is taken to have received at its start: one that has just begun is not the slowest. */
const CREDIT = 4_096;

/**
 * The budgets. Most bodies come with their headers, in one packet: they are over before anything is counted or looked up, and
 * cost two assignments.
 */
export class BodyBudgets {
  readonly #options: BodyBudgetsOptions;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #share: { readonly bodies: number; readonly bytes: number };
  /** The last body that began. It is counted when another one begins, when its second chunk arrives, or by a sweep. */
  #latest: ArrivingBody | undefined;
  readonly #bodies: ArrivingBody[] = [];
  readonly #shares = new Map<string, Share>();
  readonly #pace = new ChunkPace();

  constructor(options: BodyBudgetsOptions) {
    const { limits, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#share = { bodies: Math.ceil(limits.bodies / 2), bytes: Math.ceil(limits.bytes / 2) };
  }

  /** A body of which nothing may be missing. */
  begin(body: ArrivingBody): void {
    const before = this.#latest;
    this.#latest = body;
    if (before) this.count(before);
    else this.#options.wake();
  }

  /** Counts a chunk that is not the first one of its body. */
  countChunk(body: ArrivingBody): void {
    this.#pace.note(body);
    this.count(body);
  }

  /** Counts a body, with what has arrived of it since it was counted last. */
  count(body: ArrivingBody): void {
    if (body.isOver) return;
    if (body.isDiscarded && !body.share && !this.#discard(body)) return;
    const share = body.share ?? this.#admit(body);
    const more = body.kept - body.counted;
    body.counted = body.kept;
    share.bytes += more;
    this.#options.traffic.bodyBytes += more;
    if (more > 0) this.#fitBytes(share);
  }

  /** A body is over: read, cut, or its client has disconnected. */
  end(body: ArrivingBody): void {
    body.isOver = true;
    if (this.#latest === body) this.#latest = undefined;
    const { share } = body;
    if (!share) return;
    body.share = undefined;
    removeFrom(this.#bodies, body);
    share.bodies -= 1;
    share.bytes -= body.counted;
    if (share.bodies === 0) this.#shares.delete(share.address);
    const { traffic } = this.#options;
    traffic.bodies -= 1;
    traffic.bodyBytes -= body.counted;
  }

  /** Cuts the bodies below the minimum rate, and those whose time is over. */
  sweep(): void {
    if (this.#latest) this.count(this.#latest);
    this.#latest = undefined;
    const now = this.#clock.monotonic();
    const { minRate } = this.#options.limits;
    for (const body of [...this.#bodies]) {
      const seconds = (now - body.since) / 1000;
      const isSlow = now - body.since >= GRACE && body.received < seconds * minRate;
      if (now - body.since >= body.lasts) this.#end(body, tooSlow());
      else if (isSlow && !body.isComplete) this.#cut(body, 'MIN_RATE');
    }
    if (this.#bodies.length > 0) this.#options.wake();
  }

  /** Ends the body that is arriving over this connection with `error`. Returns whether there is one. */
  fail(socket: Socket, error: AppError): boolean {
    const latest = this.#latest ? [this.#latest] : [];
    const body = [...this.#bodies, ...latest].find(
      ({ exchange: { request } }) => request.socket === socket && !request.complete,
    );
    if (body) this.#end(body, error);
    return body !== undefined;
  }

  /** Begins to count bytes that are not kept. Returns false where none will arrive. */
  #discard(body: ArrivingBody): boolean {
    const { request } = body.exchange;
    if (request.complete || request.destroyed) {
      this.end(body);
      return false;
    }
    request.on('data', ({ length }: Buffer) => {
      body.received += length;
      this.#pace.note(body);
    });
    request.on('close', () => this.end(body));
    return true;
  }

  #admit(body: ArrivingBody): Share {
    const { addressOf, limits, traffic } = this.#options;
    const address = addressOf(body.exchange);
    const share = this.#shares.get(address) ?? { address, bodies: 0, bytes: 0 };
    this.#shares.set(address, share);
    share.bodies += 1;
    traffic.bodies += 1;
    body.share = share;
    body.since = this.#clock.monotonic();
    this.#bodies.push(body);
    this.#options.wake();
    while (share.bodies > this.#share.bodies && this.#cutSlowest('MAX_BODIES', share)) {}
    while (this.#bodies.length > limits.bodies && this.#cutSlowest('MAX_BODIES')) {}
    return share;
  }

  /** A little more is freed than must be, so that not every chunk looks for the slowest. */
  #fitBytes(share: Share): void {
    const { traffic, limits } = this.#options;
    if (share.bytes > this.#share.bytes) {
      const goal = this.#share.bytes * (31 / 32);
      while (share.bytes > goal && this.#cutSlowest('BODIES_LIMIT', share)) {}
    }
    if (traffic.bodyBytes > limits.bytes) {
      const goal = limits.bytes * (31 / 32);
      while (traffic.bodyBytes > goal && this.#cutSlowest('BODIES_LIMIT')) {}
    }
  }

  #cutSlowest(reason: CutReason, share?: Share): boolean {
    const now = this.#clock.monotonic();
    let slowest: ArrivingBody | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const body of this.#bodies) {
      if (share && body.share !== share) continue;
      const rate = (body.received + CREDIT) / (now - body.since + 1);
      if (rate >= least) continue;
      least = rate;
      slowest = body;
    }
    if (slowest) this.#cut(slowest, reason);
    return slowest !== undefined;
  }

  #cut(body: ArrivingBody, reason: CutReason): void {
    this.#options.emit({ kind: 'cut', reason });
    this.#end(body, reason === 'MIN_RATE' ? tooSlow() : tooMany(reason));
  }

  #end(body: ArrivingBody, error: AppError): void {
    this.end(body);
    body.cut(error);
  }
}

function tooSlow(): AppError {
  const message = 'The request body arrived too slowly';
  return new AppError(message, { code: 'TIMEOUT', reason: 'MIN_RATE', status: 408 });
}

/** 408 as well: a 5xx would be counted as a failure of the server, while others are served. */
function tooMany(reason: CutReason): AppError {
  const message = 'Too many request bodies are arriving, and this one was the slowest';
  return new AppError(message, { code: 'OVERLOADED', reason, status: 408, retryAfter: 1 });
}
