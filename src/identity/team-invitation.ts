// An invitation to a team, as its sender's team and its recipient see it.
import type { Builder } from '../graph/builder.ts';
import type { TeamInvitation } from '../provider/invitations.ts';

/** Adds `TeamInvitation`. */
export function addTeamInvitation(builder: Builder) {
  return builder.objectRef<TeamInvitation>('TeamInvitation').implement({
    description: 'An invitation to a team that can still be accepted.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The invitation. Its recipient can accept it by this id.' }),
      teamId: t.exposeID('teamId', { description: 'The team that it is to.' }),
      teamDisplayName: t.exposeString('teamDisplayName', {
        nullable: true,
        description: 'The name of the team.',
      }),
      recipientEmail: t.exposeString('recipientEmail', {
        nullable: true,
        description: 'The address that it was sent to.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it can be accepted no more.',
      }),
    }),
  });
}
