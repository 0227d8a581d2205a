import { getOperationAST, parse } from 'graphql';

/** The request id of warm-up requests, by which test logs leave them out. */
export const WARM_UP_ID = 'warm-up';

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Headers by which Yoga chooses media type and parser; the fast path learns the same. */
const KEPT = ['accept', 'content-type'];

/**
 * Makes a function that sends a query once without credentials before it is first asked: guarded fields are refused, and
 * from then on the fast path knows the document. Mutations and bodies that are no GraphQL request are not sent.
 */
export function createWarmUp(fetch: Fetch): (path: string, init?: RequestInit) => Promise<void> {
  const known = new Set<string>();
  return async (path, { method, headers, body } = {}) => {
    if (method !== 'POST' || typeof body !== 'string' || !isQuery(body)) return;
    const all = new Headers(headers);
    const kept = KEPT.flatMap((name) => {
      const value = all.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const key = JSON.stringify([path, kept, body]);
    if (known.has(key)) return;
    known.add(key);
    await fetch(path, { method, headers: { ...Object.fromEntries(kept), 'x-request-id': WARM_UP_ID }, body });
  };
}

function isQuery(body: string): boolean {
  try {
    const { query, operationName } = JSON.parse(body);
    return getOperationAST(parse(query), operationName)?.operation === 'query';
  } catch {
    return false;
  }
}
