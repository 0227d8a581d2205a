// The copies in which teams appear.
import type { CopyKind } from '../../core/events.ts';

/** What changes of a user who joins or leaves a team: also the selected team, which is part of the profile. */
export const COPIES_OF_TEAMS: readonly CopyKind[] = [
  'profile',
  'teams',
  'team-permissions',
  'members',
  'member-profile',
];
