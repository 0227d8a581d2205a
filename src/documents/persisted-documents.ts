// Documents that clients name by an id, as the manifest has them, and the refusal of all others where it is wanted.
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import type { PersistedDocuments } from '../core/config/config.ts';
import { AppError } from '../core/errors.ts';

/**
 * Puts the document in the place of its id (`extensions.persistedQuery.sha256Hash`), before it is parsed and measured as
 * any other. The message of an unknown id is the word by which clients know that they may send the document instead.
 */
export function usePersistedDocuments({ documents, only }: PersistedDocuments): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: !only,
    getPersistedOperation: (id) => documents.get(id) ?? null,
    customErrors: {
      notFound: () => new AppError('PersistedQueryNotFound', { code: 'PERSISTED_QUERY_NOT_FOUND' }),
      persistedQueryOnly: onlyPersisted,
      keyNotFound: () =>
        only ? onlyPersisted() : new AppError('The request names no document', { code: 'BAD_REQUEST' }),
    },
  });
}

function onlyPersisted(): AppError {
  return new AppError('Only persisted documents are answered here', { code: 'PERSISTED_ONLY' });
}
