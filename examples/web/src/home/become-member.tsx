import { Card } from '../parts/card.tsx';
import type { Session } from '../session/session.ts';
import { CredentialsForm } from '../sign-in/credentials-form.tsx';

/** An anonymous visitor signs up: the provider keeps the id, so everything that belongs to it stays. */
export function BecomeMember({ session }: { readonly session: Session }) {
  return (
    <Card
      title="Become a member"
      hint="You have an id, but no account: only this browser knows you. Sign up, and you keep the id with all that belongs to it."
    >
      <CredentialsForm isNew submit="Create my account" send={session.signUp} />
    </Card>
  );
}
