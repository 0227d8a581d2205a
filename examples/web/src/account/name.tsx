import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Field } from '../parts/field.tsx';
import { QueryCard } from '../parts/query-card.tsx';

const MyName = graphql(`
  query MyName {
    me {
      id
      displayName
    }
  }
`);

const Rename = graphql(`
  mutation Rename($input: UpdateMeInput!) {
    updateMe(input: $input) {
      me {
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

/** A form with the name of the user. Null clears it. */
export function Name() {
  const query = useAsk(MyName, {});
  const action = useAction(Rename, (data) => data.updateMe);
  // A name that is not known now must not be overwritten by an empty form.
  const isKnown = query.isOld || query.problems.length === 0;
  return (
    <QueryCard title="Name" query={query}>
      {({ me }) =>
        isKnown && (
          <ActionForm
            key={me?.displayName}
            action={action}
            submit="Save"
            fields={['displayName']}
            read={(text) => ({ input: { displayName: text('displayName') || null } })}
            done={query.ask}
          >
            <Field
              label="The name that others see"
              name="displayName"
              autoComplete="name"
              defaultValue={me?.displayName ?? ''}
              refusals={action.refusals}
            />
          </ActionForm>
        )
      }
    </QueryCard>
  );
}
