import type { MyProfileQuery, WhoAmIQuery } from '../gql/graphql.ts';
import { type Asked, useLastKnown } from './asked.ts';
import { GreetingsCard } from './greetings.tsx';
import { IdentityCard } from './identity.tsx';
import { isProviderDown, tell } from './problem.ts';
import { ProfileCard } from './profile.tsx';

/** The page of somebody who is signed in, whichever client asks. */
export function Page(props: {
  readonly identity: Asked<WhoAmIQuery>;
  readonly profile: Asked<MyProfileQuery>;
  readonly greetings: Asked<readonly string[]>;
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
              <strong>{tell(problem)}</strong> You are still signed in, and who you are is known. What is kept
              there cannot be shown now.
            </p>
            <button type="button" onClick={() => failed.map(({ ask }) => ask())}>
              Try again
            </button>
          </div>
        )}
      </div>
      <IdentityCard asked={identity} />
      <ProfileCard asked={profile} />
      <GreetingsCard asked={greetings} />
    </>
  );
}
