// The parameters of a GraphQL request in their common shape, which the fast path understands. Everything else is Yoga's.
import { type DocumentParams, ID_PARAMS } from '../documents/persisted-documents.ts';

/** An operation as the body names it. */
export interface OperationRequest extends DocumentParams {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

const BODY_KEYS = new Set<string>(['query', 'operationName', 'variables', 'extensions', ...ID_PARAMS]);

/** Extensions that change nothing here, or that name a persisted document. Apollo Client sends `clientLibrary`. */
const EXTENSION_KEYS = new Set(['persistedQuery', 'clientLibrary']);

/** Reads the operation out of a body. `undefined` for anything but the common shape. */
export function readOperation(body: string): OperationRequest | undefined {
  const parsed = parseJson(body);
  if (!isObject(parsed)) return undefined;
  for (const key in parsed) if (!BODY_KEYS.has(key)) return undefined;
  const { query, operationName, variables, extensions, documentId, doc_id } = parsed;
  if (query != null && typeof query !== 'string') return undefined;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isObject(variables)) return undefined;
  if (extensions != null && !isCommon(extensions)) return undefined;
  return {
    query: query ?? undefined,
    documentId,
    doc_id,
    extensions,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
  };
}

function isCommon(extensions: unknown): boolean {
  if (!isObject(extensions)) return false;
  for (const key in extensions) if (!EXTENSION_KEYS.has(key)) return false;
  return true;
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
