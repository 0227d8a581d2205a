import { hrefOf } from '../frame/route.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Outcome } from '../parts/outcome.tsx';

const LeaveTeam = graphql(`
  mutation LeaveTeam($input: LeaveTeamInput!) {
    leaveTeam(input: $input) {
      leftTeamId
      errors {
        code
        message
        field
      }
    }
  }
`);

const DeleteTeam = graphql(`
  mutation DeleteTeam($input: DeleteTeamInput!) {
    deleteTeam(input: $input) {
      deletedTeamId
      errors {
        code
        message
        field
      }
    }
  }
`);

const toTeams = () => {
  location.hash = hrefOf.teams;
};

/** Leaving a team, which everyone may, and deleting it. */
export function EndTeam(props: {
  readonly team: { readonly id: string; readonly displayName: string };
  readonly canDelete: boolean;
}) {
  const { team, canDelete } = props;
  const leave = useAction(LeaveTeam, (data) => data.leaveTeam);
  const remove = useAction(DeleteTeam, (data) => data.deleteTeam);
  const variables = { input: { id: team.id } };
  return (
    <Card
      title={canDelete ? 'Leave or delete' : 'Leave'}
      hint={`You come back only by another invitation.${canDelete ? ' A deleted team is gone for all its members.' : ''}`}
    >
      <div className="buttons">
        <ActionButton
          action={leave}
          variables={variables}
          done={toTeams}
          label="Leave the team"
          confirm={`Really leave ${team.displayName}?`}
        />
        {canDelete && (
          <ActionButton
            action={remove}
            variables={variables}
            done={toTeams}
            label="Delete the team"
            confirm={`Really delete ${team.displayName}?`}
          />
        )}
      </div>
      <Outcome of={leave} />
      <Outcome of={remove} />
    </Card>
  );
}
