// The sessions in which the caller is signed in.
import type { Builder } from '../graph/builder.ts';
import type { ActiveSession } from '../provider/sessions.ts';

/** Adds `ActiveSession`. */
export function addActiveSession(builder: Builder) {
  return builder.objectRef<ActiveSession>('ActiveSession').implement({
    description: 'A session in which the user is signed in, on this device or another.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The session.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user signed in.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When its token was last refreshed.',
      }),
      isCurrent: t.exposeBoolean('isCurrent', {
        description: 'Whether it is the session of the access token of this request.',
      }),
      agentName: t.exposeString('agentName', {
        nullable: true,
        description: 'The program that signed in, where it is known.',
      }),
    }),
  });
}
