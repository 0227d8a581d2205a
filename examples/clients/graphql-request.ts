// graphql-request.
import { GraphQLClient } from 'graphql-request';
import { createSessionFetch } from './fetch.ts';
import type { ClientOptions } from './session.ts';

/** Creates a client. Use its `rawRequest`, which returns the errors of single fields together with the data. */
export function createRequestClient({ url, session, fetch: fetcher }: ClientOptions) {
  return new GraphQLClient(url, { fetch: createSessionFetch(session, fetcher), errorPolicy: 'all' });
}
