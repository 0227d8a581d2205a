import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { isTransient } from '../graph/problem.ts';
import { useLive } from '../graph/use-live.ts';
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
  const { data, problems } = useLive(LiveUser);
  const user = data?.meChanged;
  return (
    <Card
      title="Your name, live"
      hint="By a subscription: it changes here when it is changed anywhere else."
      wide
    >
      <p className="live" role="status">
        {user ? <Name user={user} /> : <span className="absent">Not known yet</span>}
      </p>
      <Problems of={problems.filter((problem) => !isTransient(problem))} />
    </Card>
  );
}

function Name({ user }: { readonly user: FragmentType<typeof LiveName> }) {
  const { displayName } = unmask(LiveName, user);
  return displayName ? <strong>{displayName}</strong> : <span className="absent">You have no name</span>;
}
