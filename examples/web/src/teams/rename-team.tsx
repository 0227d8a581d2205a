import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';

const UpdateTeam = graphql(`
  mutation UpdateTeam($input: UpdateTeamInput!) {
    updateTeam(input: $input) {
      team {
        id
        displayName
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

/** A form with the name of a team. */
export function RenameTeam(props: {
  readonly team: { readonly id: string; readonly displayName: string };
  readonly done: () => void;
}) {
  const { team, done } = props;
  const action = useAction(UpdateTeam, (data) => data.updateTeam);
  return (
    <Card title="Name of the team">
      <ActionForm
        key={team.displayName}
        action={action}
        submit="Rename"
        fields={['displayName']}
        read={(text) => ({ input: { id: team.id, displayName: text('displayName') } })}
        done={done}
      >
        <Field
          label="Name"
          name="displayName"
          required
          defaultValue={team.displayName}
          refusals={action.refusals}
        />
      </ActionForm>
    </Card>
  );
}
