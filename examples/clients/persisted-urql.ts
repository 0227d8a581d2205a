// urql: sends ids instead of documents, and a document only when the server does not know its id.
import { persistedExchange } from '@urql/exchange-persisted';
import { idOf } from './persisted.ts';

/** Place it before `fetchExchange`. */
export const sendIds = persistedExchange({
  generateHash: async (_text, document) => idOf(document),
  enableForMutation: true,
  // Responses may not be cached by proxies, so GET has no advantage.
  preferGetForPersistedQueries: false,
});
