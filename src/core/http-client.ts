// An HTTP client for one origin: keep-alive connections, a time limit for the whole answer, a capped body, no redirects.
import { errors, Pool } from 'undici';
import type { LightAbortSignal } from './abort-controller.ts';
import { type Clock, systemClock } from './clock.ts';
import { AppError } from './errors.ts';
import { type Emit, ignoreEvents } from './events.ts';
import { HttpCall, type UpstreamAnswer } from './http-call.ts';

export type { UpstreamAnswer } from './http-call.ts';

/** The methods that the provider's API knows. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * A GET. `path` is appended to the base URL. A `signal` ends the call with its own reason, and replaces the client's time
 * limit.
 */
export interface UpstreamRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: LightAbortSignal | undefined;
}

/** A request of any method. `body` is sent as it is: its `Content-Type` is up to the caller. */
export interface UpstreamMessage extends UpstreamRequest {
  readonly method: HttpMethod;
  readonly body?: string | undefined;
}

/** `timeout` is in milliseconds, for a connection, and for the whole of a call without a signal; `maxBody` in bytes. */
export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeout: number;
  readonly maxBody?: number;
  readonly emit?: Emit;
  readonly clock?: Pick<Clock, 'wall'>;
}

/** The client. Each call is sent at most once. Both methods reject with `AppError` `UPSTREAM_UNAVAILABLE`, or the signal's reason. */
export interface Upstream {
  get(request: UpstreamRequest): Promise<UpstreamAnswer>;
  send(message: UpstreamMessage): Promise<UpstreamAnswer>;
  /** Closes the connections, after the calls that are running. */
  close(): Promise<void>;
}

/** Creates a pool of connections to the origin of `url`. */
export function createUpstream({
  url,
  connections,
  timeout,
  maxBody = 1_048_576,
  emit = ignoreEvents,
  clock = systemClock,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const prefix = pathname === '/' ? '' : pathname;
  const pool = new Pool(origin, {
    connections,
    // No pipelining: one slow answer would hold up those behind it.
    pipelining: 1,
    maxResponseSize: maxBody,
    // Every call has a time limit for the whole of it. A call that waits for a connection cannot be withdrawn, so it ends by this one.
    connectTimeout: timeout,
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send = ({ method, path, headers = {}, body, signal }: UpstreamMessage) =>
    new Promise<UpstreamAnswer>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const call = new HttpCall({ resolve, reject, emit, clock });
      if (signal) call.endWith(signal);
      else call.endAfter(timeout);
      pool.dispatch({ method, path: prefix + path, headers, body: body ?? null }, call);
    });

  return {
    get: ({ path, headers, signal }) => send({ method: 'GET', path, headers: headers ?? {}, signal }),
    send,
    close: () => pool.close(),
  };
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

/** Whether a call failed because a connection could not be made or broke, rather than by a time limit or by what was sent. */
export function isConnectionError(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && CONNECTION_ERRORS.has(cause.code);
}

/** Whether a call failed because the body exceeded the cap: the upstream did answer. */
export function isTooLarge(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof errors.ResponseExceededMaxSizeError;
}
