import { Page } from '../parts/page.tsx';
import type { Session } from '../session/session.ts';
import { useSession } from '../session/use-session.ts';
import { BecomeMember } from './become-member.tsx';
import { IdentityCard } from './identity.tsx';
import { LiveCard } from './live.tsx';
import { ProfileCard } from './profile.tsx';

/** Who the user is: by the token, by the profile, and live. */
export function HomePage({ session }: { readonly session: Session }) {
  const state = useSession(session);
  const isVisitor = state.kind === 'signed-in' && state.isAnonymous;
  return (
    <Page title={isVisitor ? 'You are a guest' : 'You are signed in'}>
      <LiveCard />
      {isVisitor && <BecomeMember session={session} />}
      <IdentityCard />
      <ProfileCard />
    </Page>
  );
}
