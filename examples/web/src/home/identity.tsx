import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAsk } from '../graph/use-ask.ts';
import { QueryCard } from '../parts/query-card.tsx';
import { Time } from '../parts/time.tsx';

const WhoAmI = graphql(`
  query WhoAmI {
    me {
      id
      ...Identity
    }
    session {
      id
      ...SessionTimes
    }
  }
`);

const Identity = graphql(`
  fragment Identity on User {
    id
    isAnonymous
    isRestricted
    restrictedReason
  }
`);

const SessionTimes = graphql(`
  fragment SessionTimes on Session {
    issuedAt
    expiresAt
  }
`);

/** Who the access token says you are. */
export function IdentityCard() {
  const query = useAsk(WhoAmI, {});
  return (
    <QueryCard title="Who you are" hint="From the access token: no call to the provider." query={query}>
      {({ me, session }) => (
        <dl>
          {me && <Person user={me} />}
          {session && <Times session={session} />}
        </dl>
      )}
    </QueryCard>
  );
}

function Person({ user }: { readonly user: FragmentType<typeof Identity> }) {
  const { id, isAnonymous, isRestricted, restrictedReason } = unmask(Identity, user);
  const status = isAnonymous ? 'Guest' : isRestricted ? 'Restricted' : 'Member';
  return (
    <>
      <dt>Your id</dt>
      <dd>
        <code>{id}</code>
      </dd>
      <dt>Status</dt>
      <dd>
        <span className="badge" data-status={status}>
          {status}
        </span>
        {isRestricted && !isAnonymous && <small>{REASONS[restrictedReason ?? ''] ?? 'Held back.'}</small>}
      </dd>
    </>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  email_not_verified: 'Verify your e-mail address, on the page Account.',
  restricted_by_administrator: 'An administrator has restricted this account.',
};

function Times({ session }: { readonly session: FragmentType<typeof SessionTimes> }) {
  const { issuedAt, expiresAt } = unmask(SessionTimes, session);
  return (
    <>
      <dt>This token</dt>
      <dd>
        issued <Time at={issuedAt} as="time" />, expires <Time at={expiresAt} as="time" />
        <small>It is renewed within the session, and you see nothing of it.</small>
      </dd>
    </>
  );
}
