// Serves metrics on a port of its own: they are for operators, not for the public.
import { createServer } from 'node:http';
import type { Metrics } from '../process/metrics.ts';
import { startListening } from './port.ts';

/** Serves `/metrics`. */
export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on `host` and `port`. Rejects with node's error where it cannot. */
export async function listenMetrics(
  metrics: Metrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const http = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const url = await startListening(http, { host, port });
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
