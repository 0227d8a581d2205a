import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { useAsk } from '../graph/use-ask.ts';
import { Outcome } from '../parts/outcome.tsx';
import { QueryCard } from '../parts/query-card.tsx';

const NotificationsDocument = graphql(`
  query Notifications {
    me {
      id
      notificationPreferences {
        categoryId
        ...PreferenceFields
      }
    }
  }
`);

const PreferenceFields = graphql(`
  fragment PreferenceFields on NotificationPreference {
    categoryId
    categoryName
    enabled
    canDisable
  }
`);

const SetPreference = graphql(`
  mutation SetPreference($input: SetNotificationPreferenceInput!) {
    setNotificationPreference(input: $input) {
      preference {
        categoryId
      }
      errors {
        code
        message
        field
      }
    }
  }
`);

/** Which e-mails the user wants. */
export function Notifications() {
  const query = useAsk(NotificationsDocument, {});
  return (
    <QueryCard title="E-mails to you" query={query}>
      {({ me }) => (
        <ul className="rows">
          {me?.notificationPreferences?.map((preference) => (
            <Row key={preference.categoryId} preference={preference} done={query.ask} />
          ))}
        </ul>
      )}
    </QueryCard>
  );
}

function Row(props: {
  readonly preference: FragmentType<typeof PreferenceFields>;
  readonly done: () => void;
}) {
  const { categoryId, categoryName, enabled, canDisable } = unmask(PreferenceFields, props.preference);
  const action = useAction(SetPreference, (data) => data.setNotificationPreference);
  const change = async () => {
    if (await action.run({ input: { categoryId, enabled: !enabled } })) props.done();
  };
  return (
    <li>
      <label className="switch">
        <input
          type="checkbox"
          checked={enabled}
          disabled={enabled && !canDisable}
          onChange={() => void change()}
        />
        {categoryName}
        {!canDisable && <small>always sent</small>}
      </label>
      <Outcome of={action} />
    </li>
  );
}
