import { CombinedGraphQLErrors } from '@apollo/client';
import { ApolloProvider, useApolloClient, useLazyQuery, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import type { Answer } from '../page/asked.ts';
import { Greeting, MyProfile, WhoAmI } from '../page/documents.ts';
import { useGreetings } from '../page/greetings.tsx';
import { Page } from '../page/page.tsx';
import { problemOfNoAnswer, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { createApolloClient } from './client.ts';

/** The page, asked by Apollo Client. */
export function ApolloPage({ options }: { readonly options: ClientOptions }) {
  const [client] = useState(() => createApolloClient(options));
  return (
    <ApolloProvider client={client}>
      <AskingPage />
    </ApolloProvider>
  );
}

function AskingPage() {
  const client = useApolloClient();
  const identity = useQuery(WhoAmI);
  const [askProfile, profile] = useLazyQuery(MyProfile, { fetchPolicy: 'network-only' });
  const greetings = useGreetings(async (variables) =>
    answerOf(await client.query({ query: Greeting, variables, fetchPolicy: 'network-only' })),
  );
  return (
    <Page
      identity={{ ...answerOf(identity), loading: identity.loading, ask: () => void identity.refetch() }}
      profile={{ ...answerOf(profile), loading: profile.loading, ask: () => void askProfile() }}
      greetings={greetings}
    />
  );
}

function answerOf<Data>({
  data,
  error,
}: {
  readonly data?: Data | undefined;
  readonly error?: Error | undefined;
}): Answer<Data> {
  if (!error) return { data, problems: [] };
  return {
    data,
    problems: CombinedGraphQLErrors.is(error) ? problemsOf(error.errors) : [problemOfNoAnswer(error)],
  };
}
