// An exchange over a connection of node:http.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Exchange, type Route } from '../pipeline/exchange.ts';
import type { ArrivingBody } from './bodies/arriving-body.ts';
import type { Router } from './route.ts';
import type { WatchedAnswer } from './unread-answers.ts';

/** What Node gives a listener, and the path of the request as it was sent. */
export interface NodeExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly router: Pick<Router, 'routeOf'>;
}

/** The exchange of one request. */
export class NodeExchange extends Exchange {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Its body while that is read. */
  body: ArrivingBody | undefined = undefined;
  /** Its answer where that may have to wait for the client. */
  answer: WatchedAnswer | undefined = undefined;
  /** Kept here: one listener of the response for all of them costs less than one each. */
  #listeners: readonly ((reason: unknown) => void)[] = NO_LISTENERS;

  constructor({ request, response, path, router }: NodeExchangeOptions) {
    super({ method: request.method ?? 'GET', path });
    this.request = request;
    this.response = response;
    this.route = router.routeOf(this);
  }

  header(name: string): string | undefined {
    return headerOf(this.request, name);
  }

  get peer(): string | undefined {
    return this.request.socket.remoteAddress;
  }

  get disconnected(): boolean {
    const { request, response } = this;
    return !response.writableFinished && (response.destroyed || request.socket.destroyed);
  }

  onDisconnect(listener: (reason: unknown) => void): () => void {
    if (this.disconnected) {
      listener(disconnectReason());
      return () => {};
    }
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  override disconnect(): void {
    this.response.destroy();
  }

  /** Tells the listeners that the response was closed, if that was before its end. Called once, by the adapter. */
  close(): void {
    const listeners = this.#listeners;
    this.#listeners = NO_LISTENERS;
    if (!this.disconnected || listeners.length === 0) return;
    const reason = disconnectReason();
    for (const listener of listeners) listener(reason);
  }
}

const NO_LISTENERS: readonly ((reason: unknown) => void)[] = [];

function disconnectReason(): DOMException {
  return new DOMException('The client disconnected', 'AbortError');
}

/** Node joins headers that come twice (port.ts); only `set-cookie`, which no request has, is a list. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
