// One origin asked over keep-alive connections: a time limit for the whole answer, a capped body, no redirects.
import { Pool } from 'undici';
import { AppError } from './errors.ts';
import { type Observe, unobserved } from './telemetry.ts';

/** A whole answer. Header names are in lower case; the body is text of at most `maxBody` bytes. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A GET. `path` is appended to the base URL; `signal` ends the call early with its own reason. */
export interface UpstreamRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** `timeout` is in milliseconds, from the first byte sent to the last byte read; `maxBody` in bytes. */
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
  const pool = new Pool(origin, { connections, pipelining: 1 });

  async function get({ path, headers, signal }: UpstreamRequest): Promise<UpstreamAnswer> {
    const limit = AbortSignal.timeout(timeout);
    const asked = Date.now();
    try {
      const answer = await pool.request({
        method: 'GET',
        path: prefix + path,
        headers: headers ?? {},
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      });
      const offBy = secondsOutside(momentOf(answer.headers), {
        from: asked,
        to: Date.now(),
      });
      if (Math.abs(offBy) > CLOCK_SUSPECT) observe({ kind: 'clock', offBy: Math.round(offBy) });
      const body = await readCapped(answer.body, maxBody);
      return { status: answer.statusCode, headers: answer.headers, body };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw new AppError(limit.aborted ? `No answer within ${timeout} ms` : 'No answer', {
        code: 'UPSTREAM_UNAVAILABLE',
        cause,
      });
    }
  }

  return { get, close: () => pool.close() };
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

const TOO_LARGE = 'BODY_TOO_LARGE';

/** Whether what `get` threw is a body over the cap: the upstream did answer. */
export function isTooLarge(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === TOO_LARGE;
}

async function readCapped(body: AsyncIterable<Buffer>, maxBody: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop destroys the body and, with it, the connection that still holds the rest.
    if (size > maxBody) throw Object.assign(new Error(`More than ${maxBody} bytes`), { code: TOO_LARGE });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
