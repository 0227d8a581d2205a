import { type ReactNode, useState } from 'react';
import { type CombinedError, Provider, useClient, useQuery, useSubscription } from 'urql';
import type { ClientOptions } from '#clients/session.ts';
import { createUrqlClient } from '#clients/urql.ts';
import { type Graph, GraphContext, type GraphHooks } from '../graph/graph.ts';
import { problemOfFailure, problemsOf } from '../graph/problem.ts';
import type { QueryResult } from '../graph/result.ts';

const FROM_NETWORK = { requestPolicy: 'network-only' } as const;

const HOOKS: GraphHooks = {
  useAsk(document, variables) {
    const [query, ask] = useQuery({ query: document, variables, ...FROM_NETWORK });
    return { ...resultOf(query), loading: query.fetching, ask: () => ask(FROM_NETWORK) };
  },
  useChange(document) {
    const client = useClient();
    return async (variables) => resultOf(await client.mutation(document, variables));
  },
  useLive: (document) => resultOf(useSubscription({ query: document })[0]),
};

/** The pages below it ask by urql. The next user gets another client, with an empty cache. */
export function UrqlGraph(props: { readonly options: ClientOptions; readonly children: ReactNode }) {
  const [client] = useState(() => createUrqlClient(props.options));
  const [graph] = useState<Graph>(() => ({ hooks: HOOKS, known: new Map() }));
  return (
    <Provider value={client}>
      <GraphContext value={graph}>{props.children}</GraphContext>
    </Provider>
  );
}

function resultOf<Data>(result: {
  readonly data?: Data | null | undefined;
  readonly error?: CombinedError | undefined;
}): QueryResult<Data> {
  const data = result.data ?? undefined;
  const { error } = result;
  if (!error) return { data, problems: [] };
  const { networkError } = error;
  return {
    data,
    problems: networkError ? [problemOfFailure(networkError)] : problemsOf(error.graphQLErrors),
  };
}
