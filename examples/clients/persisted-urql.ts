// urql: ids in the place of documents, which are sent only where the server does not know an id.
import { persistedExchange } from '@urql/exchange-persisted';
import { idOf } from './persisted.ts';

/** Stands before `fetchExchange`. */
export const sendIds = persistedExchange({
  generateHash: async (_text, document) => idOf(document),
  enableForMutation: true,
  // No answer may be stored on the way, so that GET is worth nothing.
  preferGetForPersistedQueries: false,
});
