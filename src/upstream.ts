// One origin asked over keep-alive connections: a time limit for the whole answer, a capped body, no redirects.
import { errors, Pool } from 'undici';
import { AppError } from './errors.ts';
import { type Observe, unobserved } from './telemetry.ts';

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
  readonly signal?: AbortSignal | undefined;
}

/** `timeout` is in milliseconds, from the first byte sent to the last byte read, of calls without a signal; `maxBody` in bytes. */
export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeout: number;
  readonly maxBody?: number;
  readonly observe?: Observe;
}

/** A place to ask. `close` ends it after the calls under way. */
export interface Upstream {
  get(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

/** Seconds by which the provider's clock may differ before it is worth a word: tokens are given as much. */
const CLOCK_SUSPECT = 5;

/** Makes a pool of connections to the origin of `url`. `get` throws `AppError` `UPSTREAM_UNAVAILABLE`. */
export function createUpstream({
  url,
  connections,
  timeout,
  maxBody = 1_048_576,
  observe = unobserved,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const prefix = pathname === '/' ? '' : pathname;
  // No pipelining: one slow answer would hold up those behind it.
  const pool = new Pool(origin, { connections, pipelining: 1, maxResponseSize: maxBody });

  async function get({ path, headers, signal }: UpstreamRequest): Promise<UpstreamAnswer> {
    const asked = Date.now();
    const limit = signal ? undefined : limitTime(timeout);
    try {
      const answer = await pool.request({
        method: 'GET',
        path: prefix + path,
        headers: headers ?? {},
        signal: signal ?? limit?.signal ?? null,
      });
      const offBy = secondsOutside(momentOf(answer.headers), {
        from: asked,
        to: Date.now(),
      });
      if (Math.abs(offBy) > CLOCK_SUSPECT) observe({ kind: 'clock', offBy: Math.round(offBy) });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new AppError(limit?.signal.aborted ? `No answer within ${timeout} ms` : 'No answer', {
        code: 'UPSTREAM_UNAVAILABLE',
        cause,
      });
    } finally {
      limit?.end();
    }
  }

  return { get, close: () => pool.close() };
}

/** A signal that aborts when the time is over, until its end. `AbortSignal.timeout` would wait for a collection to go. */
function limitTime(timeout: number) {
  const controller = new AbortController();
  const over = () => controller.abort(new DOMException('The time is over', 'TimeoutError'));
  const timer = setTimeout(over, timeout);
  return { signal: controller.signal, end: () => clearTimeout(timer) };
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
