import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Time } from '../parts/time.tsx';

const ApiKeyFields = graphql(`
  fragment ApiKeyFields on ApiKey {
    id
    description
    lastFour
    createdAt
    revokedAt
  }
`);

const RevokeApiKey = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      apiKey {
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

/** A key, which can be revoked for good. */
export function ApiKeyRow(props: {
  readonly apiKey: FragmentType<typeof ApiKeyFields>;
  readonly done: () => void;
}) {
  const { id, description, lastFour, createdAt, revokedAt } = unmask(ApiKeyFields, props.apiKey);
  const action = useAction(RevokeApiKey, (data) => data.revokeApiKey);
  return (
    <li>
      <span className="main">
        {description}
        <small>
          <code>…{lastFour}</code> since <Time at={createdAt} as="date" />
        </small>
      </span>
      {revokedAt ? (
        <span className="badge">Revoked</span>
      ) : (
        <ActionButton
          action={action}
          variables={{ input: { id } }}
          done={props.done}
          label="Revoke"
          name={`Revoke the key for ${description}`}
          confirm="Really revoke?"
        />
      )}
      <Outcome of={action} />
    </li>
  );
}
