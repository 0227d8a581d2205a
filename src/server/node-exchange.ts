// An exchange over a connection of node:http.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Exchange } from '../pipeline/exchange.ts';
import type { Page } from './page.ts';
import { routeOf } from './route.ts';

/** What Node gives a listener. */
export interface NodeExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pages: readonly Page[];
}

/** The exchange of one request. */
export class NodeExchange extends Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;

  constructor({ request, response, pages }: NodeExchangeOptions) {
    const method = request.method ?? 'GET';
    const path = pathOf(request.url ?? '/');
    const header = (name: string) => headerOf(request, name);
    super({ method, path, route: routeOf({ method, path, header }, pages) });
    this.request = request;
    this.response = response;
  }

  header(name: string): string | undefined {
    return headerOf(this.request, name);
  }

  get peer(): string | undefined {
    return this.request.socket.remoteAddress;
  }

  get disconnected(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  onDisconnect(listener: (reason: unknown) => void): () => void {
    const { response } = this;
    const onClose = () => {
      if (!response.writableFinished) listener(new DOMException('The client disconnected', 'AbortError'));
    };
    if (response.destroyed) onClose();
    else response.once('close', onClose);
    return () => response.off('close', onClose);
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** Node joins headers that come twice (port.ts); only `set-cookie`, which no request has, is a list. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
