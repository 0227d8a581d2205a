// `teamPermission: { teamId: project.teamId, id: 'see_budget' }`: the caller has this permission in this team.
import { readUuid } from '../../provider/uuid.ts';
import type { Rule } from './rule.ts';

/** A permission in a team of the caller. */
export interface TeamPermission {
  readonly teamId: string;
  readonly id: string;
}

/** Contained permissions count. A team that the caller is not in is refused as one without the permission. */
export const teamPermission: Rule<TeamPermission> = {
  reason: 'TEAM_PERMISSION_REQUIRED',
  message: 'The user lacks a permission for this',
  check({ teamId, id }, { loaders }) {
    const team = readUuid(teamId);
    return team !== undefined && loaders.identity.hasTeamPermission(team, id);
  },
};
