import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import type { WhoAmIQuery } from '../gql/graphql.ts';
import type { Asked } from './asked.ts';
import { Card } from './card.tsx';

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
export function IdentityCard({ asked }: { readonly asked: Asked<WhoAmIQuery> }) {
  const { data } = asked;
  return (
    <Card
      title="Who you are"
      asked={asked}
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
  const standing = isAnonymous ? 'Visitor' : isRestricted ? 'Held back' : 'Member';
  return (
    <dl>
      <dt>Your id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Standing</dt>
      <dd>
        <span className="badge" data-standing={standing}>
          {standing}
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
        made at <Time at={issuedAt} />, ends at <Time at={expiresAt} />
        <small>It is renewed by itself; the session goes on.</small>
      </dd>
    </dl>
  );
}

function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{TIME.format(new Date(at))}</time>;
}
