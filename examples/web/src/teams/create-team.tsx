import { hrefOf } from '../frame/route.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Card } from '../parts/card.tsx';
import { Field } from '../parts/field.tsx';

const CreateTeamDocument = graphql(`
  mutation CreateTeam($input: CreateTeamInput!) {
    createTeam(input: $input) {
      team {
        id
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

/** A form that creates a team, and leads to it. */
export function CreateTeam({ done }: { readonly done: () => void }) {
  const action = useAction(CreateTeamDocument, (data) => data.createTeam);
  return (
    <Card title="Create a team" hint="You become its first member, and its admin.">
      <ActionForm
        action={action}
        submit="Create"
        fields={['displayName']}
        read={(text) => ({ input: { displayName: text('displayName') } })}
        done={({ team }) => {
          done();
          if (team) location.hash = hrefOf.team(team.id);
        }}
      >
        <Field label="Name of the team" name="displayName" required refusals={action.refusals} />
      </ActionForm>
    </Card>
  );
}
