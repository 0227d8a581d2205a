import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer received over a kept connection. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the connection had carried an answer before. */
  readonly reused: boolean;
}

/** A client that keeps its connections, as balancers and browsers do, and never retries. */
export interface KeepAliveClient {
  /** Rejects when no complete answer was received. */
  ask(
    path: string,
    init?: { readonly body?: string; readonly headers?: Record<string, string> },
  ): Promise<KeptAnswer>;
  [Symbol.dispose](): void;
}

/** Creates a client with at most `connections` to one server, opened on demand. */
export function createKeepAliveClient(url: string, { connections = 1 } = {}): KeepAliveClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    async ask(path, { body, headers = {} } = {}) {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = request(url + path, { agent, method, headers });
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).once('error', reject);
      });
      sent.end(body);
      const answer = await answered;
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: await text(answer),
        reused: sent.reusedSocket,
      };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
