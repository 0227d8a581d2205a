// The events of one subscription as Yoga reads them: each is executed when it is asked for, so that none pile up here.
import { onAbort } from '../core/abort-controller.ts';
import type { Emit } from '../core/events.ts';
import type { OpenStream } from '../pipeline/open-stream.ts';
import type { Result } from '../pipeline/step.ts';
import type { Cancellation, OnDisconnect } from '../request/cancellation.ts';

/** Executes one event. What it is given calls its listener when the stream ends. */
export type ExecuteEvent = (event: unknown, onEnd: OnDisconnect) => Result | Promise<Result>;

/** What a stream is created from. */
export interface EventStreamOptions {
  readonly source: AsyncIterable<unknown>;
  readonly stream: OpenStream;
  readonly executeEvent: ExecuteEvent;
  readonly emit: Emit;
  /** Of the source: it aborts when the stream ends before its source. */
  readonly cancellation: Cancellation;
  /** Closes the source, once. Never throws. */
  readonly closeSource: (source: AsyncIterator<unknown>) => void;
}

/** Ends as soon as its `OpenStream` does, also while the source or the execution of an event is awaited. */
export class EventStream implements AsyncIterableIterator<Result> {
  readonly #options: EventStreamOptions;
  readonly #source: AsyncIterator<unknown>;
  #turn: Promise<unknown> = Promise.resolve();
  #last: Result | undefined;
  #resolve: ((next: IteratorResult<Result>) => void) | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#source = options.source[Symbol.asyncIterator]();
    options.stream.onEnd(() => this.#close());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Never rejects: an error is the last event. */
  next(): Promise<IteratorResult<Result>> {
    const next = this.#turn.then(() => this.#next());
    this.#turn = next;
    return next;
  }

  async return(): Promise<IteratorResult<Result>> {
    this.#options.stream.end('client');
    return DONE;
  }

  #next(): IteratorResult<Result> | Promise<IteratorResult<Result>> {
    if (this.#options.stream.ended) return this.#takeLast();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      void this.#pull();
    });
  }

  async #pull(): Promise<void> {
    const { stream, executeEvent, cancellation, emit } = this.#options;
    const { lightSignal } = cancellation;
    const onEnd: OnDisconnect = (ended) => onAbort(lightSignal, () => ended(lightSignal.reason));
    try {
      const { done, value } = await this.#source.next();
      if (stream.ended) return;
      if (done) return stream.end('completed');
      const result = await executeEvent(await value, onEnd);
      emit(EXECUTED);
      if (stream.ended) return;
      stream.events += 1;
      this.#answer({ done: false, value: result });
    } catch (error) {
      stream.end('failed', error ?? new Error('The source failed without an error'));
    }
  }

  #close(): void {
    const { stream, cancellation, closeSource } = this.#options;
    if (stream.error !== undefined) this.#last = { errors: [stream.error] };
    if (this.#resolve) this.#answer(this.#takeLast());
    if (stream.ended !== 'completed') cancellation.abort(stream.error ?? streamEnded());
    cancellation.end();
    closeSource(this.#source);
  }

  #answer(next: IteratorResult<Result>): void {
    this.#resolve?.(next);
    this.#resolve = undefined;
  }

  #takeLast(): IteratorResult<Result> {
    const last = this.#last;
    this.#last = undefined;
    return last ? { done: false, value: last } : DONE;
  }
}

const EXECUTED = { kind: 'stream-event' } as const;
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

function streamEnded(): DOMException {
  return new DOMException('The stream has ended', 'AbortError');
}
