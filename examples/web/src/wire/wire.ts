// A log of the requests, for the page to show. Your own app passes the browser's `fetch` to its client instead.
import { TOKEN_HEADER } from '#clients/session.ts';
import { codesOf } from './codes.ts';

/** An entry of the log. */
export interface WireEntry {
  readonly id: number;
  readonly at: Date;
  readonly what: string;
  /** The HTTP status, or what there was instead. */
  readonly status: string;
  /** Codes and reasons of the errors in the response, each once. */
  readonly codes: readonly string[];
  /** How many calls to the provider the server made for it. Told by development servers alone. */
  readonly calls: number | undefined;
  /** `partial`: executed, with errors in it. */
  readonly kind: 'answered' | 'partial' | 'refused' | 'renewed';
}

/** A `fetch` with a log of its last requests, the newest first. */
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
    noteRenewal: () =>
      add({ kind: 'renewed', what: 'Access token', status: 'renewed', codes: [], calls: undefined }),
    spoilToken() {
      spoiled = lastToken;
    },
    async fetch(input, init) {
      const what = operationOf(init);
      const headers = new Headers(init?.headers);
      lastToken = headers.get(TOKEN_HEADER);
      if (lastToken !== null && lastToken === spoiled)
        headers.set(TOKEN_HEADER, `${lastToken.slice(0, -8)}spoiled_`);
      try {
        const response = await fetch(input, { ...init, headers });
        add({ what, ...(await outcomeOf(response)) });
        return response;
      } catch (error) {
        if (!init?.signal?.aborted)
          add({ kind: 'refused', what, status: 'no answer', codes: [], calls: undefined });
        throw error;
      }
    },
  };
}

async function outcomeOf(
  response: Response,
): Promise<Pick<WireEntry, 'kind' | 'status' | 'codes' | 'calls'>> {
  const codes = await codesOf(response.clone());
  const calls = response.headers.get('x-profile-calls');
  return {
    kind: !response.ok ? 'refused' : codes.length > 0 ? 'partial' : 'answered',
    status: String(response.status),
    codes,
    calls: calls === null ? undefined : Number(calls),
  };
}

function operationOf(init: RequestInit | undefined): string {
  return /"operationName":"(\w+)"/.exec(String(init?.body))?.[1] ?? 'GraphQL';
}
