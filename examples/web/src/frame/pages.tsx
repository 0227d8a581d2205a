import { AccountPage } from '../account/account-page.tsx';
import { HomePage } from '../home/home-page.tsx';
import { LinkPage } from '../links/link-page.tsx';
import { NotesPage } from '../notes/notes-page.tsx';
import { Page } from '../parts/page.tsx';
import type { Session } from '../session/session.ts';
import { TeamPage } from '../teams/team-page.tsx';
import { TeamsPage } from '../teams/teams-page.tsx';
import { emailLink, hrefOf, type Route } from './route.ts';

/** The page of a route, for a signed-in user. */
export function Pages(props: { readonly route: Route; readonly session: Session; readonly userId: string }) {
  const { route, session, userId } = props;
  const link = emailLink();
  if (link) return <LinkPage link={link} />;
  switch (route.page) {
    case 'home':
      return <HomePage session={session} />;
    case 'notes':
      return <NotesPage />;
    case 'teams':
      return <TeamsPage />;
    case 'team':
      return <TeamPage key={route.id} id={route.id} userId={userId} />;
    case 'account':
      return <AccountPage />;
    case 'lost':
      return (
        <Page title="There is no such page" back={{ href: hrefOf.home, label: 'You' }}>
          <p className="wide">The address is wrong, or the page has moved.</p>
        </Page>
      );
  }
}
