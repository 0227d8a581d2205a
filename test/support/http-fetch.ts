import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** `fetch` over kept HTTP connections that sends only the given headers. */
export interface HttpFetch {
  (url: string, init?: RequestInit): Promise<Response>;
  [Symbol.dispose](): void;
}

/** Statuses whose answers have no body. */
const EMPTY = [204, 205, 304];

/** Creates a client. Node's own `fetch` adds `Accept` and more, and tests also send requests without those. */
export function createHttpFetch(): HttpFetch {
  const agent = new Agent({ keepAlive: true });
  const fetch = async (url: string, { signal, ...init }: RequestInit = {}) => {
    const asked = new Request(url, init);
    const sent = request(url, {
      agent,
      method: asked.method,
      headers: Object.fromEntries(asked.headers),
      ...(signal && { signal }),
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).on('error', reject);
    });
    sent.end(asked.body ? Buffer.from(await asked.arrayBuffer()) : undefined);
    const answer = await answered;
    const status = answer.statusCode ?? 0;
    const bytes = new Uint8Array(await buffer(answer));
    return new Response(EMPTY.includes(status) ? null : bytes, { status, headers: headersOf(answer) });
  };
  return Object.assign(fetch, { [Symbol.dispose]: () => agent.destroy() });
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
