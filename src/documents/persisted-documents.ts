// Persisted documents: clients send the id of a document instead of its text. One rule for both adapters.
import type { PersistedDocuments } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';

/** The parts of a request's parameters that name a document. */
export interface DocumentParams {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

/**
 * The text of the document that a request asks for: its own `query`, or the persisted one with the id in
 * `extensions.persistedQuery.sha256Hash`. `undefined` where it has neither.
 *
 * Throws `AppError`: `PERSISTED_QUERY_NOT_FOUND` for an unknown id (clients recognise the message, and send the document
 * instead), `PERSISTED_ONLY` for a document of the client's own where those are refused, `BAD_REQUEST` without either.
 */
export function documentText(
  params: DocumentParams,
  persisted: PersistedDocuments | undefined,
): string | undefined {
  const { query } = params;
  if (typeof query === 'string' && query !== '') {
    if (persisted?.only) throw persistedOnly();
    return query;
  }
  if (!persisted) return undefined;
  const id = persistedId(params.extensions);
  if (id === undefined) {
    if (persisted.only) throw persistedOnly();
    throw new AppError('The request names no document', { code: 'BAD_REQUEST' });
  }
  const text = persisted.documents.get(id);
  if (text === undefined) throw new AppError('PersistedQueryNotFound', { code: 'PERSISTED_QUERY_NOT_FOUND' });
  return text;
}

function persistedId(extensions: unknown): string | undefined {
  const persistedQuery = property(extensions, 'persistedQuery');
  const id = property(persistedQuery, 'sha256Hash');
  return property(persistedQuery, 'version') === 1 && typeof id === 'string' ? id : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function persistedOnly(): AppError {
  return new AppError('Only persisted documents are answered here', { code: 'PERSISTED_ONLY' });
}
