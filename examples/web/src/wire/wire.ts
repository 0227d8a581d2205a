// A log of the requests, for the page to show. Your own app passes the browser's `fetch` to its client instead.

/** An entry of the log. */
export interface WireEntry {
  readonly id: number;
  readonly at: Date;
  readonly what: string;
  /** The HTTP status and, if the whole request was refused, the reason. */
  readonly outcome: string;
  readonly kind: 'answered' | 'refused' | 'renewed';
}

/** A `fetch` with a log of its last twelve requests, the newest first. */
export interface Wire {
  readonly fetch: typeof fetch;
  entries(): readonly WireEntry[];
  subscribe(listener: () => void): () => void;
  /** Adds the renewal of an access token to the log. */
  noteRenewal(): void;
  /** Sends the last token with an invalid signature from now on, so that the server refuses it. */
  spoilToken(): void;
}

const LENGTH = 12;
const TOKEN = 'X-Stack-Access-Token';

/** Creates a logging `fetch` around the browser's `fetch`. */
export function createWire(): Wire {
  const listeners = new Set<() => void>();
  let entries: readonly WireEntry[] = [];
  let lastToken: string | null = null;
  let spoiled: string | null = null;
  let lastId = 0;

  const add = (entry: Omit<WireEntry, 'id' | 'at'>) => {
    lastId += 1;
    entries = [{ id: lastId, at: new Date(), ...entry }, ...entries].slice(0, LENGTH);
    for (const listener of listeners) listener();
  };

  return {
    entries: () => entries,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    noteRenewal: () => add({ kind: 'renewed', what: 'Access token', outcome: 'renewed' }),
    spoilToken() {
      spoiled = lastToken;
    },
    async fetch(input, init) {
      const what = operationOf(init);
      const headers = new Headers(init?.headers);
      lastToken = headers.get(TOKEN);
      if (lastToken !== null && lastToken === spoiled)
        headers.set(TOKEN, `${lastToken.slice(0, -8)}spoiled_`);
      try {
        const response = await fetch(input, { ...init, headers });
        add(
          response.ok
            ? { kind: 'answered', what, outcome: String(response.status) }
            : await refusal(what, response),
        );
        return response;
      } catch (error) {
        if (!init?.signal?.aborted) add({ kind: 'refused', what, outcome: 'no answer' });
        throw error;
      }
    },
  };
}

async function refusal(what: string, response: Response): Promise<Omit<WireEntry, 'id' | 'at'>> {
  const text = await response.clone().text();
  const reason = /"reason":"(\w+)"/.exec(text)?.[1] ?? /"code":"(\w+)"/.exec(text)?.[1] ?? '';
  return { kind: 'refused', what, outcome: `${response.status} ${reason}`.trim() };
}

function operationOf(init: RequestInit | undefined): string {
  return /"operationName":"(\w+)"/.exec(String(init?.body))?.[1] ?? 'GraphQL';
}
