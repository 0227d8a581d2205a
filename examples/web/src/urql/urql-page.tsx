import { useState } from 'react';
import { type CombinedError, Provider, useClient, useQuery, useSubscription } from 'urql';
import { Greeting, LiveUser, MyProfile, WhoAmI } from '../page/documents.ts';
import { useGreetings } from '../page/greetings.tsx';
import { Page } from '../page/page.tsx';
import { problemOfFailure, problemsOf } from '../page/problem.ts';
import type { QueryResult } from '../page/query-state.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { createUrqlClient } from './client.ts';

/** The page with urql. */
export function UrqlPage({ options }: { readonly options: ClientOptions }) {
  const [client] = useState(() => createUrqlClient(options));
  return (
    <Provider value={client}>
      <QueryingPage />
    </Provider>
  );
}

const FROM_NETWORK = { requestPolicy: 'network-only' } as const;

function QueryingPage() {
  const client = useClient();
  const [live] = useSubscription({ query: LiveUser });
  const [identity, askIdentity] = useQuery({ query: WhoAmI });
  const [profile, askProfile] = useQuery({ query: MyProfile, pause: true });
  const greetings = useGreetings(async (variables) =>
    resultOf(await client.query(Greeting, variables, FROM_NETWORK)),
  );
  return (
    <Page
      live={resultOf(live)}
      identity={{ ...resultOf(identity), loading: identity.fetching, ask: () => askIdentity(FROM_NETWORK) }}
      profile={{ ...resultOf(profile), loading: profile.fetching, ask: () => askProfile(FROM_NETWORK) }}
      greetings={greetings}
    />
  );
}

function resultOf<Data>({
  data,
  error,
}: {
  readonly data?: Data | undefined;
  readonly error?: CombinedError | undefined;
}): QueryResult<Data> {
  if (!error) return { data, problems: [] };
  return {
    data,
    problems: error.networkError ? [problemOfFailure(error.networkError)] : problemsOf(error.graphQLErrors),
  };
}
