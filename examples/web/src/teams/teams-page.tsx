import { Page } from '../parts/page.tsx';
import { CreateTeam } from './create-team.tsx';
import { ReceivedInvitations } from './received-invitations.tsx';
import { TeamList, useTeams } from './team-list.tsx';

/** The teams of the user, and how to come to more of them. */
export function TeamsPage() {
  const teams = useTeams();
  return (
    <Page title="Teams">
      <TeamList query={teams} />
      <ReceivedInvitations done={teams.ask} />
      <CreateTeam done={teams.ask} />
    </Page>
  );
}
