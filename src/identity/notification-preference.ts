// Which e-mails of the project the caller wants.
import type { Builder } from '../graph/builder.ts';
import type { NotificationPreference } from '../provider/notification-preferences.ts';

/** Adds `NotificationPreference`. */
export function addNotificationPreference(builder: Builder) {
  return builder.objectRef<NotificationPreference>('NotificationPreference').implement({
    description: 'Whether the user gets the e-mails of a category.',
    fields: (t) => ({
      categoryId: t.exposeID('categoryId', { description: 'The category.' }),
      categoryName: t.exposeString('categoryName', { description: 'Its name.' }),
      enabled: t.exposeBoolean('enabled', { description: 'Whether its e-mails are sent to the user.' }),
      canDisable: t.exposeBoolean('canDisable', {
        description: 'Whether the user may switch it off.',
      }),
    }),
  });
}
