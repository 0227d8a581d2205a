// A server on a port, and its end: no new requests, those under way to their end, then the rest is cut.
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './server.ts';

/** A server that listens. */
export interface Listening {
  /** Where it can be asked, without trailing slash. */
  readonly url: string;
  /** Takes no more connections and waits for requests under way, for `grace` milliseconds at most. */
  close(grace: number): Promise<void>;
}

/** Listens on `host` and `port` (0 takes a free one). Rejects with node's error where that is not possible. */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  // Node would drop all but the first of two Authorization headers unseen: joined, they are refused.
  const http = createHttpServer({ joinDuplicateHeaders: true }, server);
  let closing = false;
  http.on('request', (_request, response) => {
    response.once('close', () => {
      if (closing) setImmediate(() => http.closeIdleConnections());
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ host, port }, resolve);
  });
  return {
    url: urlOf(host, (http.address() as AddressInfo).port),
    async close(grace) {
      closing = true;
      const closed = new Promise((resolve) => http.close(resolve));
      const timer = setTimeout(() => http.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

function urlOf(host: string, port: number): string {
  const anywhere = host === '0.0.0.0' || host === '::';
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${anywhere ? 'localhost' : name}:${port}`;
}
