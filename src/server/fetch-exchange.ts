// An exchange by fetch, within the process or behind another server.
import { onAbort } from '../core/abort-controller.ts';
import { Exchange, type Route } from '../pipeline/exchange.ts';
import type { Router } from './route.ts';

/** The exchange of one request. Its client has no address: nothing is known of the connection. */
export class FetchExchange extends Exchange {
  readonly route: Route;
  readonly #request: Request;

  constructor(request: Request, router: Pick<Router, 'routeOf'>) {
    super({ method: request.method, path: new URL(request.url).pathname });
    this.#request = request;
    this.route = router.routeOf(this);
  }

  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }

  get peer(): string | undefined {
    return undefined;
  }

  get disconnected(): boolean {
    return this.#request.signal.aborted;
  }

  onDisconnect(listener: (reason: unknown) => void): () => void {
    const { signal } = this.#request;
    return onAbort(signal, () => listener(signal.reason));
  }
}
