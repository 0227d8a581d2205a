// One call of the HTTP client: collects the response, and ends early by a signal or a time limit.
import { type Dispatcher, errors } from 'undici/index.js';
import { type LightAbortSignal, onAbort } from './abort-controller.ts';
import type { AnswerBudget, ArrivingAnswer } from './answer-budget.ts';
import { ConnectFailure, MalformedAnswer, UnreadableBody } from './call-trouble.ts';
import type { Clock } from './clock.ts';
import { type BodyDecoder, codingsOf } from './content-coding.ts';
import { AppError } from './errors.ts';
import type { Emit } from './events.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import type { HttpDates } from './http-date.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** Seconds by which the upstream's clock may differ before a `clock` event is emitted: the tolerance for tokens. */
const CLOCK_TOLERANCE = 5;

/** Informational responses (1xx) before an answer: a few are honest, and reading them without end would take all of the CPU. */
const MAX_INFORMATIONAL = 20;

interface HttpCallOptions {
  readonly resolve: (answer: UpstreamAnswer) => void;
  readonly reject: (reason: unknown) => void;
  readonly maxBody: number;
  readonly decoder: BodyDecoder;
  readonly budget: AnswerBudget;
  readonly dates: HttpDates;
  readonly emit: Emit;
  readonly clock: Pick<Clock, 'wall'>;
}

/** One call as a handler of undici's `dispatch`, which creates no stream for the body as `Pool.request` does. */
export class HttpCall implements Dispatcher.DispatchHandler, ArrivingAnswer {
  readonly #options: HttpCallOptions;
  readonly #sentAt: number;
  readonly #body = new GrowingBuffer();
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #informational = 0;
  #headers: UpstreamAnswer['headers'] = {};
  #stopListening: (() => void) | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(options: HttpCallOptions) {
    this.#options = options;
    this.#sentAt = options.clock.wall();
  }

  get size(): number {
    return this.#body.length;
  }

  endAsTooLarge(): void {
    this.#end(unavailable('No answer that can be read', new UnreadableBody('The body is too large')));
  }

  /**
   * Ends the call when the signal aborts, with its reason. undici cannot withdraw a call that waits for a connection, so
   * that one is rejected only when it gets its connection, which it then leaves unused.
   */
  endWith(signal: LightAbortSignal): void {
    this.#stopListening = onAbort(signal, () => this.#end(signal.reason));
  }

  /** Ends the call after `timeout` milliseconds, even while it waits for a connection. */
  endAfter(timeout: number): void {
    const timer = setTimeout(() => {
      const cause = new DOMException('The time limit of the call has passed', 'TimeoutError');
      const error = unavailable(`No answer within ${timeout} ms`, cause);
      this.#end(error);
      this.#options.reject(error);
    }, timeout);
    this.#stopListening = () => clearTimeout(timer);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Throwing keeps the connection, which aborting would close.
    if (this.#ended) throw new Error('The call has ended');
    this.#controller = controller;
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers;
    if (status >= 200) return;
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL)
      this.#end(unavailable('No answer', new MalformedAnswer('Too many informational responses')));
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#ended) return;
    if (this.#body.length + chunk.length > this.#options.maxBody) {
      this.endAsTooLarge();
      return;
    }
    this.#body.add(chunk);
    this.#options.budget.add(this, chunk.length);
  }

  onResponseEnd(): void {
    this.#over();
    if (this.#ended) return;
    const headers = this.#headers;
    const date = dateOf(headers, this.#options.dates);
    const offBy = secondsOutside(date, { from: this.#sentAt, to: this.#options.clock.wall() });
    if (Math.abs(offBy) > CLOCK_TOLERANCE) this.#options.emit({ kind: 'clock', offBy: Math.round(offBy) });
    const codings = codingsOf(headers['content-encoding']);
    if (codings.length > 0) void this.#resolveDecoded(codings);
    else this.#resolve(this.#body.bytes());
  }

  onResponseError(_controller: unknown, cause: Error): void {
    this.#over();
    this.#options.reject(this.#ended ? this.#ended.reason : unavailable('No answer', this.#causeOf(cause)));
  }

  #over(): void {
    this.#stopListening?.();
    this.#options.budget.remove(this);
  }

  #resolve(body: Buffer): void {
    this.#options.resolve({ status: this.#status, headers: this.#headers, body: toText(body) });
  }

  async #resolveDecoded(codings: readonly string[]): Promise<void> {
    try {
      const { decoder, maxBody: max } = this.#options;
      this.#resolve(await decoder.decode(this.#body.bytes(), { codings, max }));
    } catch (cause) {
      const unreadable = new UnreadableBody('The body cannot be decoded', { cause });
      this.#options.reject(unavailable('No answer that can be read', unreadable));
    }
  }

  #causeOf(error: Error): Error {
    if (!this.#controller) return new ConnectFailure(error);
    if (error instanceof errors.ResponseExceededMaxSizeError)
      return new UnreadableBody('The body is too large', { cause: error });
    const isMalformed =
      error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
    return isMalformed ? new MalformedAnswer(error.message, { cause: error }) : error;
  }

  #end(reason: unknown): void {
    this.#ended = { reason };
    this.#options.budget.remove(this);
    if (!this.#controller) return;
    this.#options.reject(reason);
    this.#controller.abort(new Error('The call has ended'));
  }
}

const BYTE_ORDER_MARK = '\ufeff';

function toText(body: Buffer): string {
  const text = body.toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError(message, { code: 'UPSTREAM_UNAVAILABLE', cause });
}

/** When the response was sent, by the sender's clock, plus its age in a cache on the way. NaN without a `Date`. */
function dateOf({ date, age }: UpstreamAnswer['headers'], dates: HttpDates): number {
  return dates.parse(String(date)) + Number(age ?? 0) * 1000;
}

/** How many seconds a moment lies before (negative) or after a span of time; 0 within it, and for NaN. */
function secondsOutside(
  moment: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  if (moment < from) return (moment - from) / 1000;
  return moment > to ? (moment - to) / 1000 : 0;
}
