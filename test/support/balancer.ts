import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { startListening } from '../../src/server/port.ts';

/** A server behind the balancer. */
interface Backend {
  readonly url: string;
  readonly agent: Agent;
  ready: boolean;
}

/** A load balancer that, unlike production ones, never retries a request. */
export interface Balancer {
  readonly url: string;
  /** Why each unanswered request got no answer. */
  readonly lost: readonly string[];
  /** How many requests each server has answered, by its URL. */
  readonly served: ReadonlyMap<string, number>;
  /** Adds a server, which gets requests while its `/ready` answers 200. */
  add(url: string): void;
  isReady(url: string): boolean;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds between two checks of a server's `/ready`. */
const CHECK_EVERY = 100;

/** Starts a round-robin balancer on loopback with keep-alive connections to its servers. */
export async function startBalancer(): Promise<Balancer> {
  const backends: Backend[] = [];
  const lost: string[] = [];
  const served = new Map<string, number>();
  let turn = 0;

  const http = createServer((incoming, outgoing) => {
    const ready = backends.filter((backend) => backend.ready);
    turn += 1;
    const backend = ready[turn % ready.length];
    if (backend) forward(incoming, { outgoing, backend });
    else fail(outgoing, 'No server is ready');
  });

  function forward(
    incoming: IncomingMessage,
    { outgoing, backend }: { readonly outgoing: ServerResponse; readonly backend: Backend },
  ): void {
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const { agent, url } = backend;
    const sent = request(url + incoming.url, { agent, method: incoming.method, headers });
    sent.once('error', (error) => fail(outgoing, `${url}: ${error.message}`));
    sent.once('response', (answer) => {
      served.set(url, (served.get(url) ?? 0) + 1);
      answer.once('error', (error) => fail(outgoing, `${url}: ${error.message}`));
      const { connection: _ofBackend, ...answered } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, answered);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  }

  function fail(outgoing: ServerResponse, why: string): void {
    lost.push(why);
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  }

  async function check(backend: Backend): Promise<void> {
    const asked = request(`${backend.url}/ready`, { agent: backend.agent }).end();
    const answer = await once(asked, 'response').catch(() => undefined);
    backend.ready = answer?.[0].resume().statusCode === 200;
  }

  const timer = setInterval(() => void Promise.all(backends.map(check)), CHECK_EVERY);
  const url = await startListening(http, { host: '127.0.0.1', port: 0 });
  return {
    url,
    lost,
    served,
    add: (added) => void backends.push({ url: added, agent: new Agent({ keepAlive: true }), ready: false }),
    isReady: (wanted) => backends.some((backend) => backend.url === wanted && backend.ready),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const { agent } of backends) agent.destroy();
      http.close();
      http.closeAllConnections();
    },
  };
}
