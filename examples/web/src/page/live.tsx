import { useId, useState } from 'react';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import type { LiveUserSubscription } from '../gql/graphql.ts';
import { Problems } from './problems.tsx';
import type { QueryResult } from './query-state.ts';

const LiveName = graphql(`
  fragment LiveName on User {
    displayName
  }
`);

/** The name of the user, which changes by itself. */
export function LiveCard({ result }: { readonly result: QueryResult<LiveUserSubscription> }) {
  const id = useId();
  const user = useLastWithoutProblems(result)?.meChanged;
  return (
    <section className="card wide" aria-labelledby={id}>
      <header>
        <h2 id={id}>Your name, live</h2>
      </header>
      <p className="hint">By a subscription: it changes here when it is changed anywhere else.</p>
      <p className="live" role="status">
        {user ? <Name user={user} /> : <span className="waiting">Asking …</span>}
      </p>
      <Problems of={result.problems} />
    </section>
  );
}

/** While the provider is down, an event says that the name is not known, and not that there is none. */
function useLastWithoutProblems<Data>({ data, problems }: QueryResult<Data>): Data | undefined {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last && problems.length === 0) setLast(data);
  return last;
}

function Name({ user }: { readonly user: FragmentType<typeof LiveName> }) {
  const { displayName } = unmask(LiveName, user);
  return displayName ? <strong>{displayName}</strong> : <span className="absent">You have no name</span>;
}
