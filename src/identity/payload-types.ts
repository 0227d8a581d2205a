// The types that payloads contain, until the reads are there.
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import type { ApiKey } from '../provider/api-keys.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';
import type { Team, TeamMember } from '../provider/teams.ts';
import type { PayloadRefs } from './mutations/refs.ts';

/** Adds them. */
export function addPayloadTypes(builder: Builder, User: Ref<Claims>): PayloadRefs {
  const description = 'To be replaced.';
  return {
    User,
    Team: builder.objectRef<Team>('Team').implement({
      description,
      fields: (t) => ({
        id: t.exposeID('id', { description }),
        displayName: t.exposeString('displayName', { description }),
        permissions: t.stringList({ description, resolve: () => [] }),
      }),
    }),
    TeamMember: builder.objectRef<TeamMember>('TeamMember').implement({
      description,
      fields: (t) => ({
        userId: t.exposeID('userId', { description }),
        displayName: t.exposeString('displayName', { description, nullable: true }),
      }),
    }),
    ContactChannel: builder.objectRef<ContactChannel>('ContactChannel').implement({
      description,
      fields: (t) => ({
        id: t.exposeID('id', { description }),
        value: t.exposeString('value', { description }),
        isPrimary: t.exposeBoolean('isPrimary', { description }),
        isVerified: t.exposeBoolean('isVerified', { description }),
        usedForAuth: t.exposeBoolean('usedForAuth', { description }),
      }),
    }),
    ApiKey: builder.objectRef<ApiKey>('ApiKey').implement({
      description,
      fields: (t) => ({
        id: t.exposeID('id', { description }),
        lastFour: t.exposeString('lastFour', { description }),
        revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description }),
      }),
    }),
    NotificationPreference: builder.objectRef<NotificationPreference>('NotificationPreference').implement({
      description,
      fields: (t) => ({
        categoryId: t.exposeID('categoryId', { description }),
        enabled: t.exposeBoolean('enabled', { description }),
      }),
    }),
  };
}
