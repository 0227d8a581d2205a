import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { QueryCard } from '../parts/query-card.tsx';
import { Time } from '../parts/time.tsx';

const ReceivedInvitationsDocument = graphql(`
  query ReceivedInvitations {
    me {
      id
      teamInvitations {
        id
        ...ReceivedInvitation
      }
    }
  }
`);

const ReceivedInvitation = graphql(`
  fragment ReceivedInvitation on TeamInvitation {
    id
    teamDisplayName
    expiresAt
  }
`);

const AcceptInvitation = graphql(`
  mutation AcceptInvitation($input: AcceptTeamInvitationInput!) {
    acceptTeamInvitation(input: $input) {
      accepted
      errors {
        code
        message
        field
      }
    }
  }
`);

/** The invitations to the user's verified addresses. Those to others are accepted by the link in the e-mail. */
export function ReceivedInvitations({ done }: { readonly done: () => void }) {
  const query = useAsk(ReceivedInvitationsDocument, {});
  const accepted = () => {
    query.ask();
    done();
  };
  return (
    <QueryCard title="Invitations to you" query={query}>
      {({ me }) => (
        <>
          {me?.teamInvitations?.length === 0 && <p className="empty">None at the moment.</p>}
          <ul className="rows">
            {me?.teamInvitations?.map((invitation) => (
              <Invitation key={invitation.id} invitation={invitation} done={accepted} />
            ))}
          </ul>
        </>
      )}
    </QueryCard>
  );
}

function Invitation(props: {
  readonly invitation: FragmentType<typeof ReceivedInvitation>;
  readonly done: () => void;
}) {
  const { id, teamDisplayName, expiresAt } = unmask(ReceivedInvitation, props.invitation);
  const action = useAction(AcceptInvitation, (data) => data.acceptTeamInvitation);
  return (
    <li>
      <span className="main">
        {teamDisplayName}
        {expiresAt && (
          <small>
            until <Time at={expiresAt} as="date" />
          </small>
        )}
      </span>
      <ActionButton
        action={action}
        variables={{ input: { id } }}
        done={props.done}
        label="Accept"
        name={`Accept the invitation to ${teamDisplayName}`}
      />
      <Outcome of={action} />
    </li>
  );
}
