import { CombinedGraphQLErrors, type OperationVariables, type TypedDocumentNode } from '@apollo/client';
import { ApolloProvider, useApolloClient, useQuery, useSubscription } from '@apollo/client/react';
import { type ReactNode, useState } from 'react';
import { createApolloClient } from '#clients/apollo-4.ts';
import type { ClientOptions } from '#clients/session.ts';
import { type Graph, GraphContext, type GraphHooks } from '../graph/graph.ts';
import { problemOfFailure, problemsOf } from '../graph/problem.ts';
import type { QueryResult } from '../graph/result.ts';

const HOOKS: GraphHooks = {
  useAsk(document, variables) {
    const query = useQuery(...operationOf(document, { variables, fetchPolicy: 'network-only' }));
    return { ...resultOf(query), loading: query.loading, ask: () => void query.refetch() };
  },
  useChange(document) {
    const client = useApolloClient();
    return async (variables) => {
      const [mutation, options] = operationOf(document, { variables, errorPolicy: 'all' });
      return resultOf(await client.mutate({ mutation, ...options }));
    };
  },
  useLive: (document) => resultOf(useSubscription(document, { errorPolicy: 'all' })),
};

/** Apollo's types of options cannot be resolved where the type of the variables is a parameter. `GraphHooks` has checked them. */
function operationOf<Data, V, const Options extends { readonly variables: OperationVariables }>(
  document: TypedDocumentNode<Data, V>,
  options: Options,
): [TypedDocumentNode<Data>, Options & { variables: OperationVariables }] {
  return [document as TypedDocumentNode<Data>, options];
}

/** The pages below it ask by Apollo Client. The next user gets another one, with an empty cache. */
export function ApolloGraph(props: { readonly options: ClientOptions; readonly children: ReactNode }) {
  const [client] = useState(() => createApolloClient(props.options));
  const [graph] = useState<Graph>(() => ({ hooks: HOOKS, known: new Map() }));
  return (
    <ApolloProvider client={client}>
      <GraphContext value={graph}>{props.children}</GraphContext>
    </ApolloProvider>
  );
}

function resultOf<Data>(result: {
  readonly data?: Data | null | undefined;
  readonly error?: Error | undefined;
}): QueryResult<Data> {
  const data = result.data ?? undefined;
  const { error } = result;
  if (!error) return { data, problems: [] };
  return {
    data,
    problems: CombinedGraphQLErrors.is(error) ? problemsOf(error.errors) : [problemOfFailure(error)],
  };
}
