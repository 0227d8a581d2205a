import type { ReactNode } from 'react';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import type { MyProfileQuery } from '../gql/graphql.ts';
import { Card } from './card.tsx';
import type { QueryState } from './query-state.ts';

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

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

/** The profile, fetched on demand. */
export function ProfileCard({ query }: { readonly query: QueryState<MyProfileQuery> }) {
  return (
    <Card
      title="Your profile"
      query={query}
      action={query.data ? 'Reload my profile' : 'Load my profile'}
      hint="From the provider. One call for any number of fields."
    >
      {query.data?.me && <Fields user={query.data.me} />}
    </Card>
  );
}

function Fields({ user }: { readonly user: FragmentType<typeof ProfileFields> }) {
  const profile = unmask(ProfileFields, user);
  return (
    <dl>
      <Field name="Name">{profile.displayName}</Field>
      <Field name="E-mail">
        {profile.email && `${profile.email}${profile.emailVerified ? '' : ' (not verified)'}`}
      </Field>
      <Field name="Signed up">{profile.signedUpAt && DATE.format(new Date(profile.signedUpAt))}</Field>
      <Field name="Last active">{profile.lastActiveAt && DATE.format(new Date(profile.lastActiveAt))}</Field>
      <Field name="Signs in with">
        {[profile.hasPassword ? 'password' : [], profile.oauthProviders?.map(({ id }) => id) ?? []]
          .flat()
          .join(', ')}
      </Field>
    </dl>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children || <span className="absent">not known</span>}</dd>
    </>
  );
}
