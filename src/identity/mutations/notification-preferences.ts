// `setNotificationPreference`.
import { checkedId, checkId } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { type UserError, userError } from '../../graph/mutations/user-error.ts';
import {
  listNotificationPreferences,
  setNotificationPreference,
} from '../../provider/notification-preferences.ts';
import type { Failure } from '../../provider/outcomes.ts';
import type { Uuid } from '../../provider/uuid.ts';
import type { Changes } from '../../request/changes.ts';
import type { PayloadRefs } from './refs.ts';

/** Adds it. */
export function addPreferenceMutations(add: AddMutation, { NotificationPreference }: PayloadRefs): void {
  add({
    name: 'setNotificationPreference',
    description: 'Switches the e-mails of a category on or off.',
    scope: 'authenticated',
    input: (t) => ({
      categoryId: t.id({ required: true, description: 'A category of `me { notificationPreferences }`.' }),
      enabled: t.boolean({
        required: true,
        description: 'Whether to send them. Only a category with `canDisable` can be switched off.',
      }),
    }),
    check: ({ categoryId }) => checkId(categoryId),
    async send({ categoryId, enabled }, send, { changes }) {
      const id = checkedId(categoryId);
      const problem = enabled ? undefined : await checkCanDisable(id, changes);
      return problem ?? send(setNotificationPreference(id, enabled));
    },
    touches: () => ({ own: ['notification-preferences'] }),
    about: ({ categoryId }) => ({ target: categoryId }),
    payload: (t) => ({
      preference: t.expose('value', {
        type: NotificationPreference,
        nullable: true,
        description: 'The preference after the change.',
      }),
    }),
  });
}

/** The provider tells which categories cannot be switched off, and does not enforce it. */
async function checkCanDisable(id: Uuid, changes: Changes): Promise<UserError | Failure | undefined> {
  const listed = await changes.read(listNotificationPreferences);
  if (listed.kind !== 'ok') return listed;
  const preference = listed.value.find(({ categoryId }) => categoryId === id);
  if (!preference) return userError('NOT_FOUND');
  if (preference.canDisable) return undefined;
  return userError('INVALID_INPUT', 'enabled', 'This category cannot be switched off');
}
