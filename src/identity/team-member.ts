// A user as a member of a team.
import type { Builder } from '../graph/builder.ts';
import type { TeamMember } from '../provider/team-members.ts';

/** Adds `TeamMember`. */
export function addTeamMember(builder: Builder) {
  return builder.objectRef<TeamMember>('TeamMember').implement({
    description: 'A user as a member of a team. Never with an e-mail address.',
    fields: (t) => ({
      userId: t.exposeID('userId', { description: 'The id of the user.' }),
      displayName: t.exposeString('displayName', {
        nullable: true,
        description: 'The name in this team, or else that of the user.',
      }),
      profileImageUrl: t.exposeString('profileImageUrl', {
        nullable: true,
        description: 'Where the image in this team is, or else that of the user.',
      }),
    }),
  });
}
