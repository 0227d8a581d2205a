// Apollo Client: sends ids instead of documents, and a document only when the server does not know its id.
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { idOf } from './persisted.ts';

/** Place it before `HttpLink`. */

export const sendIds = new PersistedQueryLink({ generateHash: idOf });
