import { useState } from 'react';
import type { GreetingQuery, GreetingQueryVariables } from '../gql/graphql.ts';
import { Card } from './card.tsx';
import type { QueryResult, QueryState } from './query-state.ts';

const LANGUAGES = ['en', 'de', 'es', 'fi', 'fr', 'it', 'nl', 'pl', 'pt', 'tr'];

/** Requests a greeting in ten languages at once, each by a request of its own. */
export function useGreetings(
  query: (variables: GreetingQueryVariables) => Promise<QueryResult<GreetingQuery>>,
): QueryState<readonly string[]> {
  const [answer, setAnswer] = useState<QueryResult<readonly string[]>>({ data: undefined, problems: [] });
  const [loading, setLoading] = useState(false);
  const ask = async () => {
    setLoading(true);
    const answers = await Promise.all(LANGUAGES.map((language) => query({ language })));
    const problems = answers.flatMap((each) => each.problems);
    const greetings = answers.flatMap(({ data }) => data?.greetingIn ?? []);
    setAnswer({ data: greetings.length > 0 ? greetings : undefined, problems });
    setLoading(false);
  };
  return { ...answer, loading, ask: () => void ask() };
}

/** Fields that only members may read. */
export function GreetingsCard({ query }: { readonly query: QueryState<readonly string[]> }) {
  return (
    <Card
      title="For members"
      query={query}
      wide
      action="Greet me in ten languages"
      hint="A guarded field, requested ten times at once. The server fetches the profile once for all ten."
    >
      <ul className="greetings">
        {query.data?.map((greeting) => (
          <li key={greeting}>{greeting}</li>
        ))}
      </ul>
    </Card>
  );
}
