import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';

/** A received request. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A server for what the emulator does not do: arbitrary answers, and a record of received requests. */
export interface HttpServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** How many connections were ever opened to it. */
  readonly connections: number;
  /** Stops the server and destroys every connection. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on loopback that answers as `listener` does. */
export async function startHttpServer(listener: RequestListener): Promise<HttpServer> {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    received.push({ method: request.method, path: request.url, headers: request.headers });
    listener(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
