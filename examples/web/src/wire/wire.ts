// What goes over the wire, written down to be looked at. An app of your own gives its client the browser's `fetch`.

/** One line of the log. */
export interface WireEntry {
  readonly id: number;
  readonly at: Date;
  readonly what: string;
  /** What came of it: a status and, where the whole request was refused, the reason. */
  readonly outcome: string;
  readonly kind: 'answered' | 'refused' | 'renewed';
}

/** A `fetch` that is watched, and its log: the newest first, and no more than a dozen. */
export interface Wire {
  readonly fetch: typeof fetch;
  entries(): readonly WireEntry[];
  subscribe(listener: () => void): () => void;
  /** Notes that the provider made another access token. */
  noteRenewal(): void;
  /** From now on the token that was sent last arrives spoiled, as if the server did not take it any more. */
  spoilToken(): void;
}

const LENGTH = 12;
const TOKEN = 'X-Stack-Access-Token';

/** Makes a wire over the browser's own `fetch`. */
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
