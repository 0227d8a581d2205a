import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import type { WhoAmIQuery } from '../gql/graphql.ts';
import { Card } from './card.tsx';
import type { QueryState } from './query-state.ts';

const Identity = graphql(`
  fragment Identity on User {
    id
    isAnonymous
    isRestricted
  }
`);

const SessionTimes = graphql(`
  fragment SessionTimes on Session {
    issuedAt
    expiresAt
  }
`);

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Who the access token says you are. */
export function IdentityCard({ query }: { readonly query: QueryState<WhoAmIQuery> }) {
  const { data } = query;
  return (
    <Card
      title="Who you are"
      query={query}
      action="Ask again"
      hint="From the access token. It costs no call to the provider."
    >
      {data?.me && <Person user={data.me} />}
      {data?.session && <Times session={data.session} />}
    </Card>
  );
}

function Person({ user }: { readonly user: FragmentType<typeof Identity> }) {
  const { id, isAnonymous, isRestricted } = unmask(Identity, user);
  const status = isAnonymous ? 'Guest' : isRestricted ? 'Restricted' : 'Member';
  return (
    <dl>
      <dt>Your id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Status</dt>
      <dd>
        <span className="badge" data-status={status}>
          {status}
        </span>
        <small>
          {isAnonymous ? 'anonymous' : 'with an account'}, {isRestricted ? 'restricted' : 'not restricted'}
        </small>
      </dd>
    </dl>
  );
}

function Times({ session }: { readonly session: FragmentType<typeof SessionTimes> }) {
  const { issuedAt, expiresAt } = unmask(SessionTimes, session);
  return (
    <dl>
      <dt>This token</dt>
      <dd>
        issued <Time at={issuedAt} />, expires <Time at={expiresAt} />
        <small>Renewed automatically within the session.</small>
      </dd>
    </dl>
  );
}

function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{TIME.format(new Date(at))}</time>;
}
