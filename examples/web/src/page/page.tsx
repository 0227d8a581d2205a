import type { LiveUserSubscription, MyProfileQuery, WhoAmIQuery } from '../gql/graphql.ts';
import { GreetingsCard } from './greetings.tsx';
import { IdentityCard } from './identity.tsx';
import { LiveCard } from './live.tsx';
import { isProviderDown, messageOf } from './problem.ts';
import { ProfileCard } from './profile.tsx';
import { type QueryResult, type QueryState, useLastKnown } from './query-state.ts';

/** The page of a signed-in user, independent of the GraphQL client. */
export function Page(props: {
  readonly live: QueryResult<LiveUserSubscription>;
  readonly identity: QueryState<WhoAmIQuery>;
  readonly profile: QueryState<MyProfileQuery>;
  readonly greetings: QueryState<readonly string[]>;
}) {
  const identity = useLastKnown(props.identity);
  const profile = useLastKnown(props.profile);
  const { greetings } = props;
  const failed = [profile, greetings].filter(({ problems }) => problems.some(isProviderDown));
  const problem = failed[0]?.problems.find(isProviderDown);
  return (
    <>
      <div role="alert">
        {problem && (
          <div className="banner">
            <p>
              <strong>{messageOf(problem)}</strong> You are still signed in. Your profile cannot be shown now.
            </p>
            <button type="button" onClick={() => failed.map(({ ask }) => ask())}>
              Try again
            </button>
          </div>
        )}
      </div>
      <LiveCard result={props.live} />
      <IdentityCard query={identity} />
      <ProfileCard query={profile} />
      <GreetingsCard query={greetings} />
    </>
  );
}
