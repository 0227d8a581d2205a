// `teamMember: project.teamId`: the caller is a member of this team.
import { readUuid } from '../../provider/uuid.ts';
import type { Rule } from './rule.ts';

/** An id of no team is refused as one of a team of others. What is no UUID is refused without a call. */
export const teamMember: Rule<string> = {
  reason: 'NOT_A_TEAM_MEMBER',
  message: 'The user is not a member of this team',
  check(teamId, { loaders }) {
    const id = readUuid(teamId);
    return id !== undefined && loaders.identity.isMember(id);
  },
};
