import type { TeamQuery } from '../gql/graphql.ts';
import type { KnownQuery } from '../graph/use-ask.ts';
import { QueryCard } from '../parts/query-card.tsx';

/** The permissions that every project has, and what they are for. */
const STANDARD: Readonly<Record<string, string>> = {
  $read_members: 'See the members, and the notes of the team',
  $invite_members: 'Invite people',
  $update_team: 'Rename the team',
  $remove_members: 'Remove members, and revoke invitations',
  $manage_api_keys: 'Manage API keys of the team',
  $delete_team: 'Delete the team',
};

/** The permissions that a project has at first for those who create a team and those who join it. They contain others. */
const ROLES: Readonly<Record<string, string>> = {
  team_admin: 'Admin of the team',
  team_member: 'Member of the team',
};

/** What the user may do in a team. The provider decides; whoever administers the project grants. */
export function PermissionsCard({ query }: { readonly query: KnownQuery<TeamQuery> }) {
  return (
    <QueryCard
      title="What you may do"
      hint="Granted at the provider. What you may not do, these pages do not offer."
      query={query}
    >
      {({ team }) => team?.permissions && <Rights granted={team.permissions} />}
    </QueryCard>
  );
}

function Rights({ granted }: { readonly granted: readonly string[] }) {
  const others = granted.filter((id) => !(id in STANDARD));
  return (
    <ul className="rights">
      {Object.entries(STANDARD).map(([id, purpose]) => (
        <Right key={id} id={id} purpose={purpose} isGranted={granted.includes(id)} />
      ))}
      {others.map((id) => (
        <Right key={id} id={id} purpose={ROLES[id] ?? ''} isGranted />
      ))}
    </ul>
  );
}

function Right({
  id,
  purpose,
  isGranted,
}: {
  readonly id: string;
  readonly purpose: string;
  readonly isGranted: boolean;
}) {
  return (
    <li data-granted={isGranted}>
      <span aria-hidden="true">{isGranted ? '✓' : '–'}</span>
      <span>
        {purpose} <code>{id}</code>
        <span className="hidden">{isGranted ? ', granted' : ', not granted'}</span>
      </span>
    </li>
  );
}
