import { type ApolloClient, CombinedGraphQLErrors } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Client } from '@urql/core';
import { ApolloError } from 'apollo-client-3/core/index.js';
import { getOperationAST, print } from 'graphql';
import { ClientError } from 'graphql-request';
import { createApolloClient as createApollo3 } from '../../examples/clients/apollo-3.ts';
import { createApolloClient as createApollo4 } from '../../examples/clients/apollo-4.ts';
import { createAsk } from '../../examples/clients/fetch.ts';
import { createRequestClient } from '../../examples/clients/graphql-request.ts';
import type { ClientOptions } from '../../examples/clients/session.ts';
import { createUrqlClient } from '../../examples/clients/urql.ts';

/** What a client returns. `reasons` are those of the response's errors, or the codes of errors without a reason. */
export interface Outcome<Data> {
  readonly data: Data | null | undefined;
  readonly reasons: readonly string[];
  /** Set when there was no GraphQL response. */
  readonly failure?: unknown;
}

/** A typed document without variables. */
export type Document<Data> = TypedDocumentNode<Data, Record<string, never>>;

/** Executes one document without a cache. */
export type Ask = <Data>(document: Document<Data>) => Promise<Outcome<Data>>;

/** The recipes of examples/clients, with one interface. */
export const FRONTENDS: Readonly<Record<string, (options: ClientOptions) => Ask>> = {
  fetch: (options) => {
    const ask = createAsk(options);
    return (document) =>
      ask(document).then(
        ({ data, errors }) => ({ data, reasons: reasonsOf(errors) }),
        (failure) => ({ data: undefined, reasons: [], failure }),
      );
  },

  'graphql-request': (options) => {
    const client = createRequestClient(options);
    return async <Data>(document: Document<Data>) => {
      try {
        const { data, errors } = await client.rawRequest<Data>(print(document));
        return { data, reasons: reasonsOf(errors) };
      } catch (failure) {
        if (!(failure instanceof ClientError)) return { data: undefined, reasons: [], failure };
        return { data: undefined, reasons: reasonsOf(failure.response.errors) };
      }
    };
  },

  urql: (options) => askUrql(createUrqlClient(options)),

  'Apollo Client 4': (options) => askApollo4(createApollo4(options)),

  'Apollo Client 3': (options) => {
    const client = createApollo3(options);
    return async (document) => {
      try {
        const { data, errors } = isMutation(document)
          ? await client.mutate({ mutation: document, errorPolicy: 'all' })
          : await client.query({ query: document, fetchPolicy: 'network-only' });
        return { data, reasons: reasonsOf(errors) };
      } catch (failure) {
        if (!(failure instanceof ApolloError)) throw failure;
        const { networkError } = failure;
        const result = networkError && 'result' in networkError ? networkError.result : undefined;
        return typeof result === 'object'
          ? { data: undefined, reasons: reasonsOf(result['errors']) }
          : { data: undefined, reasons: [], failure: networkError };
      }
    };
  },
};

/** Asks with a client of urql. */
export function askUrql(client: Client): Ask {
  return async (document) => {
    const { data, error } = isMutation(document)
      ? await client.mutation(document, {})
      : await client.query(document, {}, { requestPolicy: 'network-only' });
    return { data, reasons: reasonsOf(error?.graphQLErrors), failure: error?.networkError };
  };
}

/** Asks with a client of Apollo Client 4. */
export function askApollo4(client: ApolloClient): Ask {
  return async (document) => {
    const { data, error } = isMutation(document)
      ? await client.mutate({ mutation: document, errorPolicy: 'all' })
      : await client.query({ query: document, fetchPolicy: 'network-only' });
    return CombinedGraphQLErrors.is(error)
      ? { data, reasons: reasonsOf(error.errors) }
      : { data, reasons: [], failure: error };
  };
}

function isMutation(document: Document<unknown>): boolean {
  return getOperationAST(document)?.operation === 'mutation';
}

function reasonsOf(
  errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined,
): readonly string[] {
  return (errors ?? []).map(({ extensions }) => String(extensions?.['reason'] ?? extensions?.['code']));
}
