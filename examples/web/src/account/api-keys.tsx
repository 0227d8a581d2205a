import { useState } from 'react';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { ActionForm } from '../parts/action-form.tsx';
import { Field } from '../parts/field.tsx';
import { QueryCard } from '../parts/query-card.tsx';
import { ApiKeyRow } from './api-key-row.tsx';
import { NewSecret } from './new-secret.tsx';

const ApiKeysDocument = graphql(`
  query ApiKeys {
    me {
      id
      apiKeys {
        id
        ...ApiKeyFields
      }
    }
  }
`);

const CreateApiKey = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      secret
      errors {
        code
        message
        field
      }
    }
  }
`);

/** The API keys of the user. The secret of a new one is in no list: it is shown until it is dismissed, and never again. */
export function ApiKeys() {
  const query = useAsk(ApiKeysDocument, {});
  const action = useAction(CreateApiKey, (data) => data.createApiKey);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <QueryCard title="API keys" hint="For programs that act as you." query={query}>
      {({ me }) => (
        <>
          {secret !== null && <NewSecret secret={secret} dismiss={() => setSecret(null)} />}
          {me?.apiKeys?.length === 0 && <p className="empty">You have none.</p>}
          <ul className="rows">
            {me?.apiKeys?.map((apiKey) => (
              <ApiKeyRow key={apiKey.id} apiKey={apiKey} done={query.ask} />
            ))}
          </ul>
          <ActionForm
            action={action}
            submit="Create"
            fields={['description']}
            read={(text) => ({ input: { description: text('description') } })}
            done={(payload) => {
              setSecret(payload.secret);
              query.ask();
            }}
          >
            <Field label="What it is for" name="description" required refusals={action.refusals} />
          </ActionForm>
        </>
      )}
    </QueryCard>
  );
}
