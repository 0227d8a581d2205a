// A server on a port, and how it closes: no new connections, then the requests in flight, then whatever is left.
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientError, type ConnectionEvents, NO_TUNNEL } from './client-errors.ts';
import { Connections } from './connections.ts';

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
  /** How many connections are open at once: beyond, the one that is idle the longest is closed. */
  readonly maxConnections?: number;
  /** Without them, Node's parser answers for itself. */
  readonly events?: ConnectionEvents;
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
  { host, port, timeouts, maxConnections, events }: ListenOptions,
): Promise<Listening> {
  // A request without `Host` is refused by its path: Node would answer it without a code.
  const options = { ...TIMEOUTS, ...timeouts, joinDuplicateHeaders: true, requireHostHeader: false };
  const connections = new Connections({
    ...(maxConnections !== undefined && { max: maxConnections }),
    cut: (reason) => events?.cut(reason),
  });
  let draining = false;
  let closing = false;
  const closeIdle = () => connections.closeIdle();
  const answer: RequestListener = (request, response) => {
    const ended = () => {
      if (closing) setImmediate(closeIdle);
    };
    if (!connections.begin(request.socket, response, ended)) return;
    if (draining) askToClose(response);
    listener(request, response);
  };
  const http = createHttpServer(options, answer);
  // Expectations other than `100-continue` need not be met (RFC 9110, section 10.1.1): Node would answer 417 without a code.
  http.on('checkExpectation', answer);
  http.on('connection', (socket) => {
    // Node removes its own listener from the connection of a CONNECT, and a reset would end the process.
    socket.on('error', ignoreError);
    connections.add(socket);
  });
  if (events) {
    const fail = (error: ClientError, socket: Duplex) => {
      if (socket instanceof Socket) events.failed(error, socket, connections.isAnswering(socket));
    };
    http.on('clientError', fail);
    // Node would close the connection without a word.
    http.on('connect', (_request, socket, head) =>
      fail(Object.assign(new Error('No tunnels'), { code: NO_TUNNEL, rawPacket: head }), socket),
    );
  }
  const drain = () => {
    draining = true;
    for (const response of connections.responses()) askToClose(response);
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

/** The connection closes with every error, which its requests are told. */
function ignoreError(): void {}

/** Otherwise the client's next request may be on its way over this connection at the moment when the server closes it. */
function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

function urlOf(host: string, port: number): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${isAny ? 'localhost' : name}:${port}`;
}
