import { CombinedGraphQLErrors } from '@apollo/client';
import {
  ApolloProvider,
  useApolloClient,
  useLazyQuery,
  useQuery,
  useSubscription,
} from '@apollo/client/react';
import { useState } from 'react';
import { Greeting, LiveUser, MyProfile, WhoAmI } from '../page/documents.ts';
import { useGreetings } from '../page/greetings.tsx';
import { Page } from '../page/page.tsx';
import { problemOfFailure, problemsOf } from '../page/problem.ts';
import type { QueryResult } from '../page/query-state.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { createApolloClient } from './client.ts';

/** The page with Apollo Client. */
export function ApolloPage({ options }: { readonly options: ClientOptions }) {
  const [client] = useState(() => createApolloClient(options));
  return (
    <ApolloProvider client={client}>
      <QueryingPage />
    </ApolloProvider>
  );
}

function QueryingPage() {
  const client = useApolloClient();
  const live = useSubscription(LiveUser, { errorPolicy: 'all' });
  const identity = useQuery(WhoAmI);
  const [askProfile, profile] = useLazyQuery(MyProfile, { fetchPolicy: 'network-only' });
  const greetings = useGreetings(async (variables) =>
    resultOf(await client.query({ query: Greeting, variables, fetchPolicy: 'network-only' })),
  );
  return (
    <Page
      live={resultOf(live)}
      identity={{ ...resultOf(identity), loading: identity.loading, ask: () => void identity.refetch() }}
      profile={{ ...resultOf(profile), loading: profile.loading, ask: () => void askProfile() }}
      greetings={greetings}
    />
  );
}

function resultOf<Data>({
  data,
  error,
}: {
  readonly data?: Data | undefined;
  readonly error?: Error | undefined;
}): QueryResult<Data> {
  if (!error) return { data, problems: [] };
  return {
    data,
    problems: CombinedGraphQLErrors.is(error) ? problemsOf(error.errors) : [problemOfFailure(error)],
  };
}
