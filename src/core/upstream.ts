// The interface of the HTTP client: all that the rest of the code knows of how a runtime sends requests.
import type { LightAbortSignal } from './abort-controller.ts';
import type { Clock } from './clock.ts';
import type { Emit } from './events.ts';

/** A complete response. Header names are in lower case; the body is text of a limited size. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The proxies for https and http origins, and the hosts that are reached without one, as the environment names them. */
export interface ProxySettings {
  readonly https: string | undefined;
  readonly http: string | undefined;
  readonly exceptions: string | undefined;
}

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
export type CreateUpstream = (options: UpstreamOptions) => Upstream;
