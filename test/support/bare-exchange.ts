import { Exchange, type Route } from '../../src/pipeline/exchange.ts';

/** What an exchange is made from; by default a POST to the endpoint without headers. */
export interface BareExchangeOptions {
  readonly route?: Route;
  readonly method?: string;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An exchange without a connection. */
export class BareExchange extends Exchange {
  readonly route: Route;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ route = 'graphql', method = 'POST', headers = {} }: BareExchangeOptions = {}) {
    super({ method, path: '/graphql' });
    this.route = route;
    this.#headers = headers;
  }

  header(name: string): string | undefined {
    return this.#headers[name];
  }

  get peer(): undefined {
    return undefined;
  }

  get disconnected(): boolean {
    return false;
  }

  onDisconnect(): () => void {
    return () => {};
  }
}
