import { type EmailLink, hrefOf, leaveLink } from '../frame/route.ts';
import { graphql } from '../gql/gql.ts';
import { useAction } from '../graph/use-action.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Page } from '../parts/page.tsx';

const AcceptByCode = graphql(`
  mutation AcceptByCode($input: AcceptTeamInvitationInput!) {
    acceptTeamInvitation(input: $input) {
      accepted
      errors {
        code
        message
        field
      }
    }
  }
`);

const VerifyEmail = graphql(`
  mutation VerifyEmail($input: VerifyContactChannelInput!) {
    verifyContactChannel(input: $input) {
      verified
      errors {
        code
        message
        field
      }
    }
  }
`);

/** What a link in an e-mail leads to. A button sends the code, and not the page: programs that look at e-mails open links too. */
export function LinkPage({ link }: { readonly link: EmailLink }) {
  return link.kind === 'invitation' ? <Invitation code={link.code} /> : <Verification code={link.code} />;
}

function Invitation({ code }: { readonly code: string }) {
  const action = useAction(AcceptByCode, (data) => data.acceptTeamInvitation);
  const leave = () => leaveLink(hrefOf.teams);
  return (
    <Page title="You are invited to a team">
      <Card title="Join it?" hint="You join as the user who is signed in here. The link works once.">
        <div className="buttons">
          <ActionButton action={action} variables={{ input: { code } }} done={leave} label="Join the team" />
          <button type="button" className="quiet" onClick={leave}>
            Not now
          </button>
        </div>
        <Outcome of={action} />
      </Card>
    </Page>
  );
}

function Verification({ code }: { readonly code: string }) {
  const action = useAction(VerifyEmail, (data) => data.verifyContactChannel);
  const leave = () => leaveLink(hrefOf.account);
  return (
    <Page title="Verify your e-mail address">
      <Card title="Is it yours?" hint="You have opened the link in our e-mail. The link works once.">
        <div className="buttons">
          <ActionButton
            action={action}
            variables={{ input: { code } }}
            done={leave}
            label="Verify the address"
          />
          <button type="button" className="quiet" onClick={leave}>
            Not now
          </button>
        </div>
        <Outcome of={action} />
      </Card>
    </Page>
  );
}
