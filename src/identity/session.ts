// The `session` field: the claims of the access token about itself.
import type { Builder } from '../graph/builder.ts';

interface SessionShape {
  readonly id: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly selectedTeamId: string | undefined;
}

/** Adds `Session` and `Query.session`. */
export function addSession(builder: Builder) {
  const Session = builder.objectRef<SessionShape>('Session').implement({
    description: 'The session behind the access token. Every field comes from the token and costs no call.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The session, the same through all refreshes of its token.' }),
      issuedAt: t.expose('issuedAt', { type: 'DateTime', description: 'When the access token was made.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the access token ends. Refresh it before then; the session itself goes on.',
      }),
      selectedTeamId: t.exposeID('selectedTeamId', {
        nullable: true,
        description: 'The team that was selected when the token was made.',
      }),
    }),
  });

  builder.queryField('session', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: Session,
      nullable: true,
      description: 'The session of the caller. Null for a token that names none. Needs: authenticated.',
      resolve: (_root, _args, { user }) => {
        if (user.sessionId === undefined || user.issuedAt === undefined) return null;
        return {
          id: user.sessionId,
          issuedAt: new Date(user.issuedAt * 1000),
          expiresAt: new Date(user.expiresAt * 1000),
          selectedTeamId: user.selectedTeamId,
        };
      },
    }),
  );
  return Session;
}
