import { Card } from '../parts/card.tsx';

/** The permissions that every project has, and what they are for. */
const STANDARD: Readonly<Record<string, string>> = {
  $read_members: 'See the members, and the notes of the team',
  $invite_members: 'Invite people',
  $update_team: 'Rename the team',
  $remove_members: 'Remove members, and revoke invitations',
  $manage_api_keys: 'Manage API keys of the team',
  $delete_team: 'Delete the team',
};

/** What the user may do in a team. The provider decides; whoever administers the project grants. */
export function PermissionsCard(props: { readonly granted: readonly string[]; readonly reload: () => void }) {
  const { granted, reload } = props;
  const others = granted.filter((id) => !(id in STANDARD));
  return (
    <Card
      title="What you may do"
      hint="Granted at the provider. What you may not do, these pages do not offer."
      action={
        <button type="button" className="quiet" aria-label="Reload: What you may do" onClick={reload}>
          Reload
        </button>
      }
    >
      <ul className="rights">
        {Object.entries(STANDARD).map(([id, purpose]) => (
          <Right key={id} id={id} purpose={purpose} isGranted={granted.includes(id)} />
        ))}
        {others.map((id) => (
          <Right key={id} id={id} purpose="" isGranted />
        ))}
      </ul>
    </Card>
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
