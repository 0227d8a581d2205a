// One HTTP exchange: what adapters know of a request, and what steps find out about it.
import type { Credentials } from '../auth/authenticate.ts';
import type { RequestSpan } from '../core/spans.ts';
import type { OpenStream } from './open-stream.ts';

/** What a request is for. */
export type Route = 'graphql' | 'rest' | 'webhook' | 'page' | 'health' | 'preflight' | 'unknown';

/** The path of a request whose target or `Host` is malformed. */
export const MALFORMED_PATH = '';

/** What an exchange is created from. `path` is the path as it was sent, without the query string, or `MALFORMED_PATH`. */
export interface ExchangeOptions {
  readonly method: string;
  readonly path: string;
}

/** Each adapter has a subclass for the kind of request that it is given. */
export abstract class Exchange {
  abstract readonly route: Route;
  readonly method: string;
  readonly path: string;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt = performance.now();
  requestId = '';
  credentials: Credentials | undefined = undefined;
  /** The name of the operation that is executed, where the document gives it one. */
  operationName: string | undefined = undefined;
  /** Calls to the identity provider that were made for this request. */
  providerCalls = 0;
  /** What they read or changed. Kept only where a step has set a list, as in development. */
  callNames: string[] | undefined = undefined;
  /** The codes of all errors in the answer, each once. */
  readonly codes: string[] = [];
  span: RequestSpan | undefined = undefined;
  /** How far the pipeline has come: each of these happens once, whichever adapter goes on with the request. */
  admitted = false;
  begun = false;
  ended = false;
  /** Whether it counts against MAX_IN_FLIGHT at this moment. */
  inFlight = false;
  /** Of a subscription that was admitted. */
  stream: OpenStream | undefined = undefined;

  constructor({ method, path }: ExchangeOptions) {
    this.method = method;
    this.path = path;
  }

  /** A request header by its lower-case name. */
  abstract header(name: string): string | undefined;
  /** The address at the other end of the connection, if there is one. */
  abstract get peer(): string | undefined;
  /** Whether the client disconnected before the answer was sent. */
  abstract get disconnected(): boolean;
  /** Calls `listener` with a reason when the client disconnects, at once if it has. Returns a function that stops listening. */
  abstract onDisconnect(listener: (reason: unknown) => void): () => void;
  /** Closes the connection, with what the client has not read. Within the process there is none. */
  disconnect(): void {}
}

/** Apps may give their errors any code, and a stream has many events. */
const MAX_CODES = 20;

/** Notes the code of an error that the client gets. */
export function noteCode({ codes }: Exchange, code: string): void {
  if (!codes.includes(code) && codes.length < MAX_CODES) codes.push(code);
}
