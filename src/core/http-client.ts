// An HTTP client for one origin: keep-alive connections, a time limit for the whole answer, a capped body, no redirects.
import { errors } from 'undici';
import type { LightAbortSignal } from './abort-controller.ts';
import { AnswerBudget } from './answer-budget.ts';
import { type Clock, systemClock } from './clock.ts';
import { BodyDecoder } from './content-coding.ts';
import { createDispatcher, type ProxySettings } from './dispatcher.ts';
import { AppError } from './errors.ts';
import { type Emit, ignoreEvents } from './events.ts';
import { ConnectFailure, HttpCall, UnreadableBody, type UpstreamAnswer } from './http-call.ts';
import { HttpDates } from './http-date.ts';

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
  /** Bytes of the answer, in place of the client's `maxBody`; at most `LARGEST_BODY`. */
  readonly maxBody?: number | undefined;
}

/** Bytes that any answer may have: a quarter of what all of them may have by default. */
export const LARGEST_BODY = 2 * 1_048_576;

/**
 * `timeout` is in milliseconds, for a connection, and for the whole of a call without a signal; `maxBody` in bytes, as received and
 * as decoded.
 */
export interface UpstreamOptions {
  readonly url: string;
  readonly connections: number;
  readonly timeout: number;
  readonly maxBody?: number;
  /**
   * In bytes: those of all answers of more than 64 KiB that are being received, beyond which the largest counts as too large,
   * and those of all that wait to be decoded.
   */
  readonly maxBodies?: number;
  readonly proxy?: ProxySettings | undefined;
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

/** Creates a client for the origin of `url`. */
export function createUpstream({
  url,
  connections,
  timeout,
  maxBody = 1_048_576,
  maxBodies = 8 * 1_048_576,
  proxy,
  emit = ignoreEvents,
  clock = systemClock,
}: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const prefix = pathname === '/' ? '' : pathname;
  const budget = new AnswerBudget(maxBodies);
  const decoder = new BodyDecoder(maxBodies);
  const dates = new HttpDates();
  const dispatcher = createDispatcher({
    origin,
    proxy,
    connections,
    timeout,
    maxBody: Math.max(maxBody, LARGEST_BODY),
  });

  const send = ({ method, path, headers = {}, body, signal, maxBody: max = maxBody }: UpstreamMessage) =>
    new Promise<UpstreamAnswer>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const call = new HttpCall({ resolve, reject, maxBody: max, decoder, budget, dates, emit, clock });
      if (signal) call.endWith(signal);
      else call.endAfter(timeout);
      dispatcher.dispatch(
        {
          origin,
          method,
          path: prefix + path,
          headers: Object.assign({ 'accept-encoding': 'identity' }, headers),
          body: body ?? null,
        },
        call,
      );
    });

  return {
    get: ({ path, headers, signal }) => send({ method: 'GET', path, headers: headers ?? {}, signal }),
    send,
    close: () => dispatcher.close(),
  };
}

/** How a call ended without an answer that can be read. */
export type CallTrouble =
  /** No connection could be made: nothing was sent. */
  | 'connection'
  /** The time limit passed. */
  | 'timeout'
  /** The connection broke. */
  | 'broken'
  /** The connection carried something other than HTTP, or endless headers. */
  | 'malformed'
  /** The body is too large, or has a content coding that cannot be undone: the upstream did answer. */
  | 'unreadable';

/** How a call ended that rejected with `error`. */
export function troubleOf(error: unknown): CallTrouble {
  const cause = error instanceof AppError ? error.cause : error;
  if (cause instanceof ConnectFailure) return 'connection';
  if (cause instanceof UnreadableBody) return 'unreadable';
  if (cause instanceof errors.HTTPParserError || cause instanceof errors.HeadersOverflowError)
    return 'malformed';
  return cause instanceof DOMException && cause.name === 'TimeoutError' ? 'timeout' : 'broken';
}
