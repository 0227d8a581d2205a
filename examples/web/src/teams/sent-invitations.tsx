import { callbackUrl } from '../frame/route.ts';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { ActionForm } from '../parts/action-form.tsx';
import { Field } from '../parts/field.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { QueryCard } from '../parts/query-card.tsx';

const SentInvitationsDocument = graphql(`
  query SentInvitations($id: ID!) {
    team(id: $id) {
      id
      invitations {
        id
        ...SentInvitation
      }
    }
  }
`);

const SentInvitation = graphql(`
  fragment SentInvitation on TeamInvitation {
    id
    recipientEmail
  }
`);

const Invite = graphql(`
  mutation Invite($input: InviteToTeamInput!) {
    inviteToTeam(input: $input) {
      sent
      errors {
        code
        message
        field
      }
    }
  }
`);

const RevokeInvitation = graphql(`
  mutation RevokeInvitation($input: RevokeTeamInvitationInput!) {
    revokeTeamInvitation(input: $input) {
      revokedInvitationId
      errors {
        code
        message
        field
      }
    }
  }
`);

interface InvitationsProps {
  readonly teamId: string;
  readonly canRevoke: boolean;
}

/** The open invitations to a team, and a form that sends another. */
export function SentInvitations({ teamId, canRevoke }: InvitationsProps) {
  const query = useAsk(SentInvitationsDocument, { id: teamId });
  const action = useAction(Invite, (data) => data.inviteToTeam);
  return (
    <QueryCard title="Invitations" hint="Sent by e-mail. Its link leads back to this app." query={query}>
      {({ team }) => (
        <>
          <ul className="rows">
            {team?.invitations?.map((invitation) => (
              <Row
                key={invitation.id}
                invitation={invitation}
                teamId={teamId}
                canRevoke={canRevoke}
                done={query.ask}
              />
            ))}
          </ul>
          <ActionForm
            action={action}
            submit="Invite"
            fields={['email']}
            read={(text) => ({
              input: { teamId, email: text('email'), callbackUrl: callbackUrl('invitation') },
            })}
            done={query.ask}
          >
            <Field label="E-mail address" name="email" type="email" required refusals={action.refusals} />
          </ActionForm>
        </>
      )}
    </QueryCard>
  );
}

function Row(
  props: InvitationsProps & {
    readonly invitation: FragmentType<typeof SentInvitation>;
    readonly done: () => void;
  },
) {
  const { teamId, canRevoke, done } = props;
  const { id, recipientEmail } = unmask(SentInvitation, props.invitation);
  const action = useAction(RevokeInvitation, (data) => data.revokeTeamInvitation);
  return (
    <li>
      <span className="main">{recipientEmail}</span>
      {canRevoke && (
        <ActionButton
          action={action}
          variables={{ input: { id, teamId } }}
          done={done}
          label="Revoke"
          name={`Revoke the invitation to ${recipientEmail}`}
        />
      )}
      <Outcome of={action} />
    </li>
  );
}
