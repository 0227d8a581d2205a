// Apollo Client: ids in the place of documents, which are sent only where the server does not know an id.
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { idOf } from './persisted.ts';

/** Stands before `HttpLink`. */
export const sendIds = new PersistedQueryLink({ generateHash: idOf });
