// A server on a port, and its end: no new requests, those under way to their end, then the rest is cut.
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './server.ts';

/** A server that listens. */
export interface Listening {
  /** Where it can be asked, without trailing slash. */
  readonly url: string;
  /** Takes no more connections and waits for requests under way, for `grace` milliseconds at most. */
  close(grace: number): Promise<void>;
}

/** Where to listen (port 0 takes a free one), and node's own timeouts where they are to differ. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
}

/** In milliseconds, against clients that send a byte now and then to keep a connection busy. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  /** How often the two above are looked after. */
  connectionsCheckingInterval: 2_000,
  /** Longer than the 60 s of the usual balancer: who closes first must not be us, while a request is on its way. */
  keepAliveTimeout: 65_000,
};

/**
 * Listens, with duplicate headers joined: node would drop all but the first of two `Authorization` headers unseen, and
 * joined they are refused. Rejects with node's error where it cannot listen.
 */
export async function listen(server: Server, { host, port, timeouts }: ListenOptions): Promise<Listening> {
  const options = { ...TIMEOUTS, ...timeouts, joinDuplicateHeaders: true };
  const http = createHttpServer(options, (request, response) => {
    if (hasUrl(request)) void server(request, response);
    else response.writeHead(400, { connection: 'close' }).end();
  });
  let closing = false;
  http.on('request', (_request, response) => {
    response.once('close', () => {
      if (closing) setImmediate(() => http.closeIdleConnections());
    });
  });
  const url = await startListening(http, { host, port });
  return {
    url,
    async close(grace) {
      closing = true;
      const closed = new Promise((resolve) => http.close(resolve));
      const timer = setTimeout(() => http.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Makes an HTTP server listen, and tells where. Rejects with node's error where it cannot. */
export async function startListening(
  http: HttpServer,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host, port }, resolve);
  });
  return urlOf(host, (http.address() as AddressInfo).port);
}

/** Yoga makes a URL of `Host` and path. Where it cannot, it would answer with the stack of that. */
function hasUrl({ headers, url }: IncomingMessage): boolean {
  return URL.canParse(`http://${headers.host ?? 'localhost'}${url}`);
}

function urlOf(host: string, port: number): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${anywhere ? 'localhost' : name}:${port}`;
}
