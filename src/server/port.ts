// A server on a port, and how it closes: no new connections, then the requests in flight, then whatever is left.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { removeFrom } from '../core/remove-from.ts';

/** A server that listens. */
export interface Listening {
  /** Where it can be asked, without trailing slash. */
  readonly url: string;
  /** From now on, asks every client to close its connection after the next answer. All requests are answered. */
  drain(): void;
  /**
   * Accepts no more connections and waits for requests in flight, for `grace` milliseconds at most. Idle connections are
   * closed at once.
   */
  close(grace: number): Promise<void>;
}

/** Where to listen (port 0 picks a free one), and Node's own timeouts where they should differ. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
}

/** In milliseconds, against clients that send a byte now and then to keep a connection busy. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  /** How often the two above are checked. */
  connectionsCheckingInterval: 2_000,
  /** Longer than the 60 s of the usual load balancer: the server must not close first, while a request is on its way. */
  keepAliveTimeout: 65_000,
};

/**
 * Listens, with duplicate headers joined: Node would silently drop all but the first of two `Authorization` headers, and
 * joined they are refused. Rejects with Node's error where it cannot listen.
 */
export async function listen(
  listener: RequestListener,
  { host, port, timeouts }: ListenOptions,
): Promise<Listening> {
  const options = { ...TIMEOUTS, ...timeouts, joinDuplicateHeaders: true };
  // A list for each connection: a Map of requests would keep them long after their end.
  const connections = new Map<Socket, ServerResponse[]>();
  let draining = false;
  let closing = false;
  const http = createHttpServer(options, (request, response) => {
    const inFlight = connections.get(request.socket) ?? [];
    inFlight.push(response);
    response.on('close', () => {
      removeFrom(inFlight, response);
      if (closing) setImmediate(closeIdle);
    });
    if (draining) askToClose(response);
    listener(request, response);
  });
  http.on('connection', (socket) => {
    connections.set(socket, []);
    socket.once('close', () => connections.delete(socket));
  });
  // Node does not count a connection as idle before its first request, nor while the headers of a later one arrive.
  const closeIdle = () => {
    for (const [socket, inFlight] of connections) if (inFlight.length === 0) socket.destroy();
  };
  const drain = () => {
    draining = true;
    for (const response of [...connections.values()].flat()) askToClose(response);
  };
  const url = await startListening(http, { host, port });
  return {
    url,
    drain,
    async close(grace) {
      drain();
      closing = true;
      const closed = new Promise((resolve) => http.close(resolve));
      // Bytes that have arrived by now are read first.
      setImmediate(closeIdle);
      const timer = setTimeout(() => http.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Makes an HTTP server listen, and resolves with its URL. Rejects with Node's error where it cannot. */
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

/** Otherwise the client's next request may be on its way over this connection at the moment when the server closes it. */
function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function urlOf(host: string, port: number): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${isAny ? 'localhost' : name}:${port}`;
}
