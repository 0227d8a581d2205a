import { hrefOf } from '../frame/route.ts';
import { graphql } from '../gql/gql.ts';
import { isTransient } from '../graph/problem.ts';
import { useAsk } from '../graph/use-ask.ts';
import { Page } from '../parts/page.tsx';
import { Problems } from '../parts/problems.tsx';
import { EndTeam } from './end-team.tsx';
import { Members } from './members.tsx';
import { PermissionsCard } from './permissions.tsx';
import { RenameTeam } from './rename-team.tsx';
import { SentInvitations } from './sent-invitations.tsx';

const TeamDocument = graphql(`
  query Team($id: ID!) {
    team(id: $id) {
      id
      displayName
      permissions
    }
  }
`);

const BACK = { href: hrefOf.teams, label: 'Teams' };

/** One team: its members, its invitations, and what the user may do there. What is not permitted is not offered. */
export function TeamPage({ id, userId }: { readonly id: string; readonly userId: string }) {
  const query = useAsk(TeamDocument, { id });
  const team = query.data?.team;
  const isLost = query.data && !team && !query.loading && !query.problems.some(isTransient);
  if (isLost)
    return (
      <Page title="There is no such team" back={BACK}>
        <div className="wide">
          <Problems of={query.problems} />
        </div>
      </Page>
    );
  const may = (permission: string) => team?.permissions?.includes(permission) ?? false;
  return (
    <Page title={team?.displayName ?? 'Team'} back={BACK}>
      {may('$read_members') && <Members teamId={id} userId={userId} canRemove={may('$remove_members')} />}
      {may('$invite_members') && <SentInvitations teamId={id} canRevoke={may('$remove_members')} />}
      <PermissionsCard query={query} />
      {team && may('$update_team') && <RenameTeam team={team} done={query.ask} />}
      {team && <EndTeam team={team} canDelete={may('$delete_team')} />}
    </Page>
  );
}
