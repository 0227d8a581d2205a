// The common shape of a request, and of its body: what the prepared way understands. All else is Yoga's.
import type { IncomingMessage } from 'node:http';

/** An operation as the body names it. */
export interface CommonOperation {
  readonly query: string | undefined;
  /** The id of a persisted document, which counts where there is no query. */
  readonly persistedId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const JSON_TYPES = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
]);
const BODY_KEYS = new Set(['query', 'operationName', 'variables', 'extensions']);

/** Whether a request is a POST of JSON to the endpoint, with a body of a known length within the limit. */
export function isCommonRequest({ method, url, headers }: IncomingMessage, bodyLimit: number): boolean {
  return (
    method === 'POST' &&
    url === '/graphql' &&
    JSON_TYPES.has(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    /^\d{1,9}$/.test(headers['content-length'] ?? '') &&
    Number(headers['content-length']) <= bodyLimit
  );
}

/** Reads a body whose length node has checked against its header. Of a client that leaves before its end nobody hears. */
export function readBody(request: IncomingMessage, use: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () =>
    use((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8')),
  );
}

/** Reads the operation out of a body. `undefined` is anything but the common shape. */
export function readOperation(body: string): CommonOperation | undefined {
  const parsed = parseJson(body);
  if (!isObject(parsed)) return undefined;
  for (const key in parsed) if (!BODY_KEYS.has(key)) return undefined;
  const { query, operationName, variables, extensions } = parsed;
  if (query != null && typeof query !== 'string') return undefined;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  if (extensions != null && !isUnderstood(extensions)) return undefined;
  return {
    query: query ?? undefined,
    persistedId: extensions?.persistedQuery?.sha256Hash,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
  };
}

interface Extensions {
  readonly persistedQuery?: { readonly version: 1; readonly sha256Hash: string };
}

/** Apollo Client says who it is with every request, in `clientLibrary`. */
function isUnderstood(extensions: unknown): extensions is Extensions {
  if (!isObject(extensions)) return false;
  const { persistedQuery, clientLibrary: _ignored, ...unknown } = extensions;
  if (Object.keys(unknown).length > 0) return false;
  if (persistedQuery === undefined) return true;
  return (
    isObject(persistedQuery) &&
    persistedQuery['version'] === 1 &&
    typeof persistedQuery['sha256Hash'] === 'string'
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
