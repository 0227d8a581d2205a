// Request bodies over a connection: read into one growing buffer, within the byte limit and the budgets of all bodies.
import { AppError } from '../../core/errors.ts';
import { GrowingBuffer } from '../../core/growing-buffer.ts';
import type { NodeExchange } from '../node-exchange.ts';
import { ArrivingBody } from './arriving-body.ts';
import type { BodyBudgets } from './body-budgets.ts';

/** How all bodies are read. Of the functions one is called, or none where the client disconnects before the end. */
export interface ReadBodyOptions {
  /** In bytes. */
  readonly limit: number;
  readonly budgets: BodyBudgets;
  use(bytes: Buffer, exchange: NodeExchange): void;
  /** Called with `AppError` `BAD_REQUEST` and status 413 for a body above the limit. */
  refuse(error: AppError, exchange: NodeExchange): void;
  /** Called with the error of a body that is cut. */
  cut(error: AppError, exchange: NodeExchange): void;
}

/**
 * Reads a body, and uses it once it has arrived and its request is admitted. It is read before that, so that little of it waits
 * in chunks. A body above the limit is refused at once where `Content-Length` says so.
 */
export class BodyReader extends ArrivingBody {
  readonly #options: ReadBodyOptions;
  readonly #bytes = new GrowingBuffer();
  #isAdmitted = false;
  #isTooLarge = false;

  constructor(exchange: NodeExchange, options: ReadBodyOptions) {
    super(exchange, false);
    this.#options = options;
    exchange.body = this;
  }

  start(): void {
    const { request } = this.exchange;
    this.#isTooLarge = Number(request.headers['content-length'] ?? 0) > this.#options.limit;
    this.#options.budgets.begin(this);
    request.on('data', this.#onData);
    request.on('end', this.#onEnd);
  }

  /** The request has been admitted: its body is used, at once if it is complete. */
  admit(): void {
    this.#isAdmitted = true;
    if (this.isOver) return;
    if (this.#isTooLarge) this.#refuse(tooLarge());
    else if (this.isComplete) this.#finish();
  }

  /** Reads no more. */
  stop(): void {
    const { request } = this.exchange;
    request.off('data', this.#onData);
    request.off('end', this.#onEnd);
    this.#options.budgets.end(this);
  }

  override cut(error: AppError): void {
    this.stop();
    this.#options.cut(error, this.exchange);
  }

  readonly #onData = (chunk: Buffer): void => {
    const length = this.kept + chunk.length;
    if (this.#isTooLarge || length > this.#options.limit) {
      this.#isTooLarge = true;
      if (this.#isAdmitted) this.#refuse(tooLarge());
      return;
    }
    this.#bytes.add(chunk);
    this.received = length;
    this.kept = length;
    if (length > chunk.length || this.share) this.#options.budgets.countChunk(this);
  };

  readonly #onEnd = (): void => {
    this.isComplete = true;
    if (this.#isAdmitted) this.#finish();
    else this.#options.budgets.count(this);
  };

  #finish(): void {
    if (this.isOver) return;
    this.#options.budgets.end(this);
    this.#options.use(this.#bytes.bytes(), this.exchange);
  }

  #refuse(error: AppError): void {
    this.stop();
    this.#options.refuse(error, this.exchange);
  }
}

function tooLarge(): AppError {
  return new AppError('Request body too large', { code: 'BAD_REQUEST', status: 413 });
}
