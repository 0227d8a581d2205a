// API keys of the caller and of teams, without their secrets.
import type { Builder } from '../graph/builder.ts';
import type { ApiKey } from '../provider/api-keys.ts';

/** Adds `ApiKey`. */
export function addApiKey(builder: Builder) {
  return builder.objectRef<ApiKey>('ApiKey').implement({
    description: 'An API key of a user or a team. Its secret is told once, to its creator.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The key.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it ends. Null for a key that does not expire.',
      }),
      revokedAt: t.expose('revokedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it was revoked. Null for one that was not.',
      }),
      lastFour: t.exposeString('lastFour', { description: 'The last four characters of its secret.' }),
    }),
  });
}
