// The teams of the bench's users: three each, with the permissions that a project has by default.
import type { EmulatedUser } from '../../src/emulator/user.ts';

/** A team, as one of its members sees it. */
export interface TeamOfUser {
  readonly id: string;
  readonly displayName: string;
  /** Contained ones included, sorted. */
  readonly permissions: readonly string[];
}

const ADMIN = [
  '$delete_team',
  '$invite_members',
  '$manage_api_keys',
  '$read_members',
  '$remove_members',
  '$update_team',
  'team_admin',
];
const MEMBER = ['$invite_members', '$read_members', 'team_member'];

/** The teams of a user, the same at every call: the first one is the user's own. */
export function teamsOf({ id }: Pick<EmulatedUser, 'id'>): readonly TeamOfUser[] {
  return [ADMIN, MEMBER, MEMBER].map((permissions, index) => ({
    id: `${id.slice(0, -1)}${index}`,
    displayName: `Team ${index} of ${id.slice(0, 8)}`,
    permissions,
  }));
}
