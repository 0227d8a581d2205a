import { useState } from 'react';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useGraph } from '../graph/graph.ts';
import { isTransient } from '../graph/problem.ts';
import type { QueryResult } from '../graph/result.ts';
import { Card } from '../parts/card.tsx';
import { Problems } from '../parts/problems.tsx';

const LiveUser = graphql(`
  subscription LiveUser {
    meChanged {
      id
      ...LiveName
    }
  }
`);

const LiveName = graphql(`
  fragment LiveName on User {
    displayName
  }
`);

/** The name of the user, which changes by itself. */
export function LiveCard() {
  const result = useGraph().hooks.useLive(LiveUser);
  const user = useLastComplete(result)?.meChanged;
  return (
    <Card
      title="Your name, live"
      hint="By a subscription: it changes here when it is changed anywhere else."
      wide
    >
      <p className="live" role="status">
        {user ? <Name user={user} /> : <span className="absent">Not known yet</span>}
      </p>
      <Problems of={result.problems.filter((problem) => !isTransient(problem))} />
    </Card>
  );
}

/** While the provider is down, an event says that the name is not known, and not that there is none. */
function useLastComplete<Data>({ data, problems }: QueryResult<Data>): Data | undefined {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last && problems.length === 0) setLast(data);
  return last;
}

function Name({ user }: { readonly user: FragmentType<typeof LiveName> }) {
  const { displayName } = unmask(LiveName, user);
  return displayName ? <strong>{displayName}</strong> : <span className="absent">You have no name</span>;
}
