import type { ReactNode } from 'react';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAsk } from '../graph/use-ask.ts';
import { QueryCard } from '../parts/query-card.tsx';
import { Time } from '../parts/time.tsx';

const MyProfile = graphql(`
  query MyProfile {
    me {
      id
      ...ProfileFields
    }
  }
`);

const ProfileFields = graphql(`
  fragment ProfileFields on User {
    displayName
    email
    emailVerified
    signedUpAt
    lastActiveAt
    hasPassword
    oauthProviders {
      id
    }
  }
`);

/** The profile: one call of the server to the provider for any number of fields. */
export function ProfileCard() {
  const query = useAsk(MyProfile, {});
  return (
    <QueryCard
      title="Your profile"
      hint="From the provider: one call for any number of fields, or none while the server has a fresh copy."
      query={query}
    >
      {({ me }) =>
        me && <Fields user={me} absent={query.isOld || query.problems.length === 0 ? 'none' : 'not known'} />
      }
    </QueryCard>
  );
}

function Fields({
  user,
  absent,
}: {
  readonly user: FragmentType<typeof ProfileFields>;
  readonly absent: string;
}) {
  const { displayName, email, emailVerified, signedUpAt, lastActiveAt, hasPassword, oauthProviders } = unmask(
    ProfileFields,
    user,
  );
  const ways = [...(hasPassword ? ['password'] : []), ...(oauthProviders ?? []).map(({ id }) => id)];
  return (
    <dl>
      <Value absent={absent} name="Name">
        {displayName}
      </Value>
      <Value absent={absent} name="E-mail">
        {email && `${email}${emailVerified ? '' : ' (not verified)'}`}
      </Value>
      <Value absent={absent} name="Signed up">
        {signedUpAt && <Time at={signedUpAt} as="date" />}
      </Value>
      <Value absent={absent} name="Last active">
        {lastActiveAt && <Time at={lastActiveAt} as="date" />}
      </Value>
      <Value absent={absent} name="Signs in with">
        {ways.join(', ')}
      </Value>
    </dl>
  );
}

function Value(props: { readonly name: string; readonly absent: string; readonly children: ReactNode }) {
  const { name, absent, children } = props;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children || <span className="absent">{absent}</span>}</dd>
    </>
  );
}
