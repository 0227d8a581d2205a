import { useState } from 'react';
import type { GreetingQuery, GreetingQueryVariables } from '../gql/graphql.ts';
import type { Answer, Asked } from './asked.ts';
import { Card } from './card.tsx';

const LANGUAGES = ['en', 'de', 'es', 'fi', 'fr', 'it', 'nl', 'pl', 'pt', 'tr'];

/** Asks for a greeting in ten languages at once, each by a request of its own. */
export function useGreetings(
  query: (variables: GreetingQueryVariables) => Promise<Answer<GreetingQuery>>,
): Asked<readonly string[]> {
  const [answer, setAnswer] = useState<Answer<readonly string[]>>({ data: undefined, problems: [] });
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

/** What only members may read. */
export function GreetingsCard({ asked }: { readonly asked: Asked<readonly string[]> }) {
  return (
    <Card
      title="For members"
      asked={asked}
      wide
      action="Greet me in ten languages"
      hint="A guarded field, asked ten times at once. The server fetches the profile for all ten together."
    >
      <ul className="greetings">
        {asked.data?.map((greeting) => (
          <li key={greeting}>{greeting}</li>
        ))}
      </ul>
    </Card>
  );
}
