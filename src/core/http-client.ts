// One origin asked over keep-alive connections: a time limit for the whole answer, a capped body, no redirects.
import { type Dispatcher, errors, Pool } from 'undici';
import { type LightAbortSignal, onAbort } from './abort-controller.ts';
import { AppError } from './errors.ts';
import { type Emit, ignoreEvents } from './events.ts';

/** A whole answer. Header names are in lower case; the body is text of at most `maxBody` bytes. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A GET. `path` is appended to the base URL. A `signal` ends the call with its own reason, and is its only limit in time. */
export interface UpstreamRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: LightAbortSignal | undefined;
}

/** `timeout` is in milliseconds, for a connection, and for the whole of a call without a signal; `maxBody` in bytes. */
export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeout: number;
  readonly maxBody?: number;
  readonly emit?: Emit;
}

/** A place to ask. `close` ends it after the calls under way. */
export interface Upstream {
  get(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

/** Seconds by which the provider's clock may differ before it is worth a word: tokens are given as much. */
const CLOCK_SUSPECT = 5;

/** Makes a pool of connections to the origin of `url`. `get` rejects with `AppError` `UPSTREAM_UNAVAILABLE`. */
export function createUpstream({
  url,
  connections,
  timeout,
  maxBody = 1_048_576,
  emit = ignoreEvents,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const prefix = pathname === '/' ? '' : pathname;
  const pool = new Pool(origin, {
    connections,
    // No pipelining: one slow answer would hold up those behind it.
    pipelining: 1,
    maxResponseSize: maxBody,
    // Every call has its own limit for the whole of it. What waits for a connection cannot be taken back, and ends by this.
    connectTimeout: timeout,
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return {
    get: ({ path, headers = {}, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const call = new Call({ resolve, reject, emit });
        if (signal) call.endWith(signal);
        else call.endAfter(timeout);
        pool.dispatch({ method: 'GET', path: prefix + path, headers }, call);
      }),
    close: () => pool.close(),
  };
}

interface CallOptions {
  readonly resolve: (answer: UpstreamAnswer) => void;
  readonly reject: (reason: unknown) => void;
  readonly emit: Emit;
}

/** One call, as undici tells of it: without the stream that `Pool.request` makes of a body. */
class Call implements Dispatcher.DispatchHandler {
  readonly #options: CallOptions;
  readonly #askedAt = Date.now();
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: UpstreamAnswer['headers'] = {};
  #letGo: (() => void) | undefined;
  #cut: { readonly reason: unknown } | undefined;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /**
   * Ends the call when the signal aborts, with its reason. While it waits for a connection it ends only with that: it is
   * still among those of whom there may be so many.
   */
  endWith(signal: LightAbortSignal): void {
    this.#letGo = onAbort(signal, () => this.#end(signal.reason));
  }

  /** Ends the call after so many milliseconds, whatever it waits for. */
  endAfter(timeout: number): void {
    const timer = setTimeout(() => {
      const cause = new DOMException('The time is over', 'TimeoutError');
      const late = unavailable(`No answer within ${timeout} ms`, cause);
      this.#end(late);
      this.#options.reject(late);
    }, timeout);
    this.#letGo = () => clearTimeout(timer);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // To abort it would cost the connection, of which nothing has been used yet.
    if (this.#cut) throw new Error('The call is over');
    this.#controller = controller;
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#letGo?.();
    const headers = this.#headers;
    const offBy = secondsOutside(momentOf(headers), { from: this.#askedAt, to: Date.now() });
    if (Math.abs(offBy) > CLOCK_SUSPECT) this.#options.emit({ kind: 'clock', offBy: Math.round(offBy) });
    this.#options.resolve({ status: this.#status, headers, body: decode(this.#chunks) });
  }

  onResponseError(_controller: unknown, cause: Error): void {
    this.#letGo?.();
    this.#options.reject(this.#cut ? this.#cut.reason : unavailable('No answer', cause));
  }

  #end(reason: unknown): void {
    this.#cut = { reason };
    if (!this.#controller) return;
    this.#options.reject(reason);
    this.#controller.abort(new Error('The call is over'));
  }
}

const BYTE_ORDER_MARK = '\ufeff';

function decode(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  const text = (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError(message, { code: 'UPSTREAM_UNAVAILABLE', cause });
}

/** When the answer left, by the clock of whoever sent it; a cache on the way says how long it has kept it since. */
function momentOf(headers: UpstreamAnswer['headers']): number {
  return Date.parse(String(headers['date'])) + Number(headers['age'] ?? 0) * 1000;
}

/** How far a moment lies before or after a span of time. What is no moment lies within. */
function secondsOutside(
  moment: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  if (moment < from) return (moment - from) / 1000;
  return moment > to ? (moment - to) / 1000 : 0;
}

const CONNECTION_ERRORS = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** Whether what `get` threw is a connection that was not made or that broke: not a time limit, and not nonsense. */
export function isConnectionError(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && CONNECTION_ERRORS.has(cause.code);
}

/** Whether what `get` threw is a body over the cap: the upstream did answer. */
export function isTooLarge(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof errors.ResponseExceededMaxSizeError;
}
