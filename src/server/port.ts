// A server on a port, and its end: no new requests, those under way to their end, then the rest is cut.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that listens. */
export interface Listening {
  /** Where it can be asked, without trailing slash. */
  readonly url: string;
  /** From now on, asks every client to leave its connection after the next answer. All requests are answered. */
  drain(): void;
  /**
   * Takes no more connections and waits for requests under way, for `grace` milliseconds at most. Connections that carry
   * none are cut at once.
   */
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
export async function listen(
  listener: RequestListener,
  { host, port, timeouts }: ListenOptions,
): Promise<Listening> {
  const options = { ...TIMEOUTS, ...timeouts, joinDuplicateHeaders: true };
  // What is under way stands in lists that stay: a Map of requests would keep them long after (docs/performance.md).
  const connections = new Map<Socket, ServerResponse[]>();
  let draining = false;
  let closing = false;
  const http = createHttpServer(options, (request, response) => {
    const underWay = connections.get(request.socket) ?? [];
    underWay.push(response);
    response.once('close', () => {
      underWay.splice(underWay.indexOf(response), 1);
      if (closing) setImmediate(cutIdle);
    });
    if (draining) askToLeave(response);
    if (hasUrl(request)) listener(request, response);
    else response.writeHead(400, { connection: 'close' }).end();
  });
  http.on('connection', (socket) => {
    connections.set(socket, []);
    socket.once('close', () => connections.delete(socket));
  });
  // For node, a connection is not idle before its first request, nor within the headers of a later one.
  const cutIdle = () => {
    for (const [socket, underWay] of connections) if (underWay.length === 0) socket.destroy();
  };
  const drain = () => {
    draining = true;
    for (const response of [...connections.values()].flat()) askToLeave(response);
  };
  const url = await startListening(http, { host, port });
  return {
    url,
    drain,
    async close(grace) {
      drain();
      closing = true;
      const closed = new Promise((resolve) => http.close(resolve));
      // What has arrived by now is read first.
      setImmediate(cutIdle);
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

/** Else the client's next request may be on its way over this connection at the moment when we close it. */
function askToLeave(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

/** The URL that was last found to be one: most requests have the same. */
let lastUrl = '';

/** Yoga makes a URL of `Host` and path. Where it cannot, it would answer with the stack of that. */
function hasUrl({ headers, url }: IncomingMessage): boolean {
  const whole = `http://${headers.host ?? 'localhost'}${url}`;
  if (whole === lastUrl) return true;
  if (!URL.canParse(whole)) return false;
  lastUrl = whole;
  return true;
}

function urlOf(host: string, port: number): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${anywhere ? 'localhost' : name}:${port}`;
}
