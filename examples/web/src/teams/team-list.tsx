import { hrefOf } from '../frame/route.ts';
import { type FragmentType, unmask } from '../gql/fragment-masking.ts';
import { graphql } from '../gql/gql.ts';
import type { TeamsQuery } from '../gql/graphql.ts';
import { type KnownQuery, useAsk } from '../graph/use-ask.ts';
import { QueryCard } from '../parts/query-card.tsx';

const Teams = graphql(`
  query Teams {
    me {
      id
      teams {
        id
        ...TeamInList
      }
    }
  }
`);

const TeamInList = graphql(`
  fragment TeamInList on Team {
    id
    displayName
    permissions
  }
`);

/** The teams of the user. Two calls for any number of teams: one for the teams, and one for the permissions in all of them. */
export function useTeams(): KnownQuery<TeamsQuery> {
  return useAsk(Teams, {});
}

/** Lists them. */
export function TeamList({ query }: { readonly query: KnownQuery<TeamsQuery> }) {
  return (
    <QueryCard title="Your teams" query={query} wide>
      {({ me }) => (
        <>
          {me?.teams?.length === 0 && (
            <p className="empty">You are in no team yet. Create one, or let somebody invite you.</p>
          )}
          <ul className="rows">
            {me?.teams?.map((team) => (
              <TeamRow key={team.id} team={team} />
            ))}
          </ul>
        </>
      )}
    </QueryCard>
  );
}

function TeamRow({ team }: { readonly team: FragmentType<typeof TeamInList> }) {
  const { id, displayName, permissions } = unmask(TeamInList, team);
  const isAdmin = permissions?.includes('team_admin');
  return (
    <li>
      <a className="main" href={hrefOf.team(id)}>
        {displayName}
      </a>
      {permissions && <span className="badge">{isAdmin ? 'Admin' : 'Member'}</span>}
    </li>
  );
}
