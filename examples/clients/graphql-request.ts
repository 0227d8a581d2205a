// graphql-request.
import { GraphQLClient } from 'graphql-request';
import { createSessionFetch } from './fetch.ts';
import type { ClientOptions } from './session.ts';

/** Makes a client. Ask with `rawRequest`, which gives the errors of single fields beside the data of the others. */
export function createRequestClient({ url, session }: ClientOptions) {
  return new GraphQLClient(url, { fetch: createSessionFetch(session), errorPolicy: 'all' });
}
