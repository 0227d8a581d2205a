import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { QueryCard } from '../parts/query-card.tsx';
import { Time } from '../parts/time.tsx';

const SessionsDocument = graphql(`
  query Sessions {
    me {
      id
      sessions {
        id
        ...SessionFields
      }
    }
  }
`);

const SessionFields = graphql(`
  fragment SessionFields on ActiveSession {
    id
    agentName
    createdAt
    lastUsedAt
    isCurrent
  }
`);

const RevokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      revokedSessionId
      errors {
        code
        message
        field
      }
    }
  }
`);

/** Where the user is signed in. Other sessions are ended here, and this one by "Sign out". */
export function Sessions() {
  const query = useAsk(SessionsDocument, {});
  return (
    <QueryCard
      title="Where you are signed in"
      hint="A session that you end here is out within ten minutes, when its token expires."
      query={query}
    >
      {({ me }) => (
        <ul className="rows">
          {me?.sessions?.map((session) => (
            <Row key={session.id} session={session} done={query.ask} />
          ))}
        </ul>
      )}
    </QueryCard>
  );
}

function Row(props: { readonly session: FragmentType<typeof SessionFields>; readonly done: () => void }) {
  const { id, agentName, createdAt, lastUsedAt, isCurrent } = unmask(SessionFields, props.session);
  const action = useAction(RevokeSession, (data) => data.revokeSession);
  const name = agentName ?? 'A browser';
  return (
    <li>
      <span className="main">
        {name}
        <small>
          since <Time at={createdAt} as="moment" />
          {lastUsedAt && (
            <>
              , last used <Time at={lastUsedAt} as="moment" />
            </>
          )}
        </small>
      </span>
      {isCurrent ? (
        <span className="badge" data-status="Verified">
          This one
        </span>
      ) : (
        <ActionButton
          action={action}
          variables={{ input: { id } }}
          done={props.done}
          label="Sign out"
          name={`Sign out: ${name}`}
          confirm="Really sign out?"
        />
      )}
      <Outcome of={action} />
    </li>
  );
}
