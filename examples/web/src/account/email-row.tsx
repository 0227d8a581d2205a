import { useState } from 'react';
import { callbackUrl } from '../frame/route.ts';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Outcome } from '../parts/outcome.tsx';

const EmailFields = graphql(`
  fragment EmailFields on ContactChannel {
    id
    value
    isPrimary
    isVerified
    usedForAuth
  }
`);

const SendVerification = graphql(`
  mutation SendVerification($input: SendContactChannelVerificationInput!) {
    sendContactChannelVerification(input: $input) {
      sent
      errors {
        code
        message
        field
      }
    }
  }
`);

const UpdateEmail = graphql(`
  mutation UpdateEmail($input: UpdateContactChannelInput!) {
    updateContactChannel(input: $input) {
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

const RemoveEmail = graphql(`
  mutation RemoveEmail($input: RemoveContactChannelInput!) {
    removeContactChannel(input: $input) {
      removedContactChannelId
      errors {
        code
        message
        field
      }
    }
  }
`);

/** An address with what can be done with it. */
export function EmailRow(props: {
  readonly channel: FragmentType<typeof EmailFields>;
  readonly done: () => void;
}) {
  const { done } = props;
  const { id, value, isPrimary, isVerified, usedForAuth } = unmask(EmailFields, props.channel);
  const verify = useAction(SendVerification, (data) => data.sendContactChannelVerification);
  const update = useAction(UpdateEmail, (data) => data.updateContactChannel);
  const remove = useAction(RemoveEmail, (data) => data.removeContactChannel);
  const [wasSent, setWasSent] = useState(false);
  return (
    <li>
      <span className="main">
        {value}
        <small role="status">{wasSent && 'Sent: open the link in the e-mail.'}</small>
      </span>
      <span className="badges">
        {isPrimary && <span className="badge">Primary</span>}
        {usedForAuth && <span className="badge">Sign-in</span>}
        <span className="badge" data-status={isVerified ? 'Verified' : 'Restricted'}>
          {isVerified ? 'Verified' : 'Not verified'}
        </span>
      </span>
      {!isVerified && (
        <ActionButton
          action={verify}
          variables={{ input: { id, callbackUrl: callbackUrl('email') } }}
          done={() => setWasSent(true)}
          label="Verify"
          name={`Verify ${value}`}
        />
      )}
      {!isPrimary && (
        <>
          <ActionButton
            action={update}
            variables={{ input: { id, isPrimary: true } }}
            done={done}
            label="Make primary"
            name={`Make primary: ${value}`}
          />
          <ActionButton
            action={remove}
            variables={{ input: { id } }}
            done={done}
            label="Remove"
            name={`Remove ${value}`}
            confirm="Really remove?"
          />
        </>
      )}
      <Outcome of={verify} />
      <Outcome of={update} />
      <Outcome of={remove} />
    </li>
  );
}
