// Who may read and write the notes of a team: those who may see its members, by their permission at the provider.

/** The permission that members of a team have, unless the project has changed it. */
const PERMISSION = '$read_members';

/** The scope of a team's notes. */
export function teamScope(teamId: unknown) {
  return { teamPermission: { teamId: String(teamId), id: PERMISSION } };
}
