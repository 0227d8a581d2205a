// The connections to one origin: direct, or through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.
// By its file: under Bun the name of the package alone gives a stub that is built in.
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici/index.js';
import type { ProxySettings } from './upstream.ts';

/** `timeout` is in milliseconds, for a connection; `maxBody` in bytes, as received. */
export interface DispatcherOptions {
  readonly origin: string;
  readonly proxy: ProxySettings | undefined;
  readonly connections: number;
  readonly timeout: number;
  readonly maxBody: number;
}

/** Creates the connections, none of which is open yet. Without a proxy it is a plain `Pool`, the fastest of undici's. */
export function createDispatcher({
  origin,
  proxy,
  connections,
  timeout,
  maxBody,
}: DispatcherOptions): Dispatcher {
  const options = {
    connections,
    // No pipelining: one slow answer would hold up those behind it.
    pipelining: 1,
    maxResponseSize: maxBody,
    // Every call has a time limit for the whole of it. A call that waits for a connection cannot be withdrawn, so it ends by this one.
    connectTimeout: timeout,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (!proxy?.https && !proxy?.http) return new Pool(origin, options);
  return new EnvHttpProxyAgent({
    ...options,
    // Without a text undici would read the environment itself.
    httpsProxy: proxy.https ?? '',
    httpProxy: proxy.http ?? '',
    noProxy: proxy.exceptions ?? '',
    // `connectTimeout` does not reach a tunnel: these limit the connection to the proxy, its answer to CONNECT, and TLS within.
    proxyTls: { timeout },
    requestTls: { timeout },
    clientFactory: (url, given) => new Pool(url, { ...given, headersTimeout: timeout }),
  });
}
