// Persisted documents: clients send the id of a document instead of its text. One rule for both adapters.
import type { PersistedDocuments } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';

/** Parameters that name a document by its id: that of the GraphQL over HTTP specification (appendix A), and Relay's. */
export const ID_PARAMS = ['documentId', 'doc_id'] as const;

/** The parts of a request's parameters that name a document. */
export type DocumentParams = Readonly<
  Partial<Record<'query' | 'extensions' | (typeof ID_PARAMS)[number], unknown>>
>;

/**
 * The text of the document that a request asks for: its own `query`, or the persisted one with the id in `documentId`,
 * `doc_id` or `extensions.persistedQuery.sha256Hash`. `undefined` where it has neither.
 *
 * Throws `AppError`: `PERSISTED_QUERY_NOT_FOUND` for an unknown id (clients recognise the message, and send the document
 * instead), `PERSISTED_ONLY` for a document of the client's own where those are refused, `BAD_REQUEST` without either, for
 * two ids that differ, and for an id where no documents are persisted.
 */
export function documentText(
  params: DocumentParams,
  persisted: PersistedDocuments | undefined,
): string | undefined {
  const { query } = params;
  if (!persisted && ID_PARAMS.some((name) => params[name] != null)) throw nothingPersisted();
  if (typeof query === 'string' && query !== '') {
    if (persisted?.only) throw persistedOnly();
    return query;
  }
  if (!persisted) return undefined;
  const id = idOf(params);
  if (id === undefined) {
    if (persisted.only) throw persistedOnly();
    throw new AppError('The request names no document', { code: 'BAD_REQUEST' });
  }
  const { documents } = persisted;
  const text = documents.get(id) ?? documents.get(`${PREFIX}${id}`);
  if (text === undefined) throw new AppError('PersistedQueryNotFound', { code: 'PERSISTED_QUERY_NOT_FOUND' });
  return text;
}

/** Ids with the prefix of the specification and without it name the same document. */
const PREFIX = 'sha256:';

/** The id, without its prefix, in whichever of the parameters it is. */
function idOf(params: DocumentParams): string | undefined {
  const persistedQuery = property(params.extensions, 'persistedQuery');
  const hash = property(persistedQuery, 'version') === 1 ? property(persistedQuery, 'sha256Hash') : undefined;
  const [id, ...others] = [...ID_PARAMS.map((name) => params[name]), hash].flatMap((given) =>
    typeof given === 'string' ? [given.startsWith(PREFIX) ? given.slice(PREFIX.length) : given] : [],
  );
  if (others.some((other) => other !== id)) {
    throw new AppError('The request names two different documents', { code: 'BAD_REQUEST' });
  }
  return id;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function persistedOnly(): AppError {
  return new AppError('Only persisted documents are answered here', { code: 'PERSISTED_ONLY' });
}

function nothingPersisted(): AppError {
  const message = 'This server has no persisted documents: send the document as `query`';
  return new AppError(message, { code: 'BAD_REQUEST' });
}
