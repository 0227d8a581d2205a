import { useState } from 'react';
import { type CombinedError, Provider, useClient, useQuery } from 'urql';
import type { Answer } from '../page/asked.ts';
import { Greeting, MyProfile, WhoAmI } from '../page/documents.ts';
import { useGreetings } from '../page/greetings.tsx';
import { Page } from '../page/page.tsx';
import { problemOfNoAnswer, problemsOf } from '../page/problem.ts';
import type { ClientOptions } from '../session/client-options.ts';
import { createUrqlClient } from './client.ts';

/** The page, asked by urql. */
export function UrqlPage({ options }: { readonly options: ClientOptions }) {
  const [client] = useState(() => createUrqlClient(options));
  return (
    <Provider value={client}>
      <AskingPage />
    </Provider>
  );
}

const ANEW = { requestPolicy: 'network-only' } as const;

function AskingPage() {
  const client = useClient();
  const [identity, askIdentity] = useQuery({ query: WhoAmI });
  const [profile, askProfile] = useQuery({ query: MyProfile, pause: true });
  const greetings = useGreetings(async (variables) =>
    answerOf(await client.query(Greeting, variables, ANEW)),
  );
  return (
    <Page
      identity={{ ...answerOf(identity), loading: identity.fetching, ask: () => askIdentity(ANEW) }}
      profile={{ ...answerOf(profile), loading: profile.fetching, ask: () => askProfile(ANEW) }}
      greetings={greetings}
    />
  );
}

function answerOf<Data>({
  data,
  error,
}: {
  readonly data?: Data | undefined;
  readonly error?: CombinedError | undefined;
}): Answer<Data> {
  if (!error) return { data, problems: [] };
  return {
    data,
    problems: error.networkError ? [problemOfNoAnswer(error.networkError)] : problemsOf(error.graphQLErrors),
  };
}
