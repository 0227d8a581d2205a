import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Field } from '../parts/field.tsx';
import { QueryCard } from '../parts/query-card.tsx';
import { EmailRow } from './email-row.tsx';

const EmailsDocument = graphql(`
  query Emails {
    me {
      id
      contactChannels {
        id
        ...EmailFields
      }
    }
  }
`);

const AddEmail = graphql(`
  mutation AddEmail($input: AddContactChannelInput!) {
    addContactChannel(input: $input) {
      contactChannel {
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

/** The e-mail addresses of the user, and a form that adds another. */
export function Emails() {
  const query = useAsk(EmailsDocument, {});
  const action = useAction(AddEmail, (data) => data.addContactChannel);
  return (
    <QueryCard title="E-mail addresses" query={query}>
      {({ me }) => (
        <>
          <ul className="rows">
            {me?.contactChannels?.map((channel) => (
              <EmailRow key={channel.id} channel={channel} done={query.ask} />
            ))}
          </ul>
          <ActionForm
            action={action}
            submit="Add"
            fields={['value']}
            read={(text) => ({ input: { value: text('value') } })}
            done={query.ask}
          >
            <Field
              label="Another address"
              name="value"
              type="email"
              autoComplete="email"
              required
              refusals={action.refusals}
            />
          </ActionForm>
        </>
      )}
    </QueryCard>
  );
}
