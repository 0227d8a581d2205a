// Which e-mails the caller wants (contract, IDENTITY 2.8).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { listed, text } from './bounded.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** Whether e-mails of a category are sent to the user. */
export interface NotificationPreference {
  readonly categoryId: Uuid;
  readonly categoryName: string;
  readonly enabled: boolean;
  /** The provider does not enforce it: check it before switching a category off. */
  readonly canDisable: boolean;
}

const preference = z
  .object({
    notification_category_id: uuid,
    notification_category_name: text.transform((name) => name ?? ''),
    enabled: z.boolean(),
    can_disable: z.boolean(),
  })
  .transform(
    (given): NotificationPreference => ({
      categoryId: given.notification_category_id,
      categoryName: given.notification_category_name,
      enabled: given.enabled,
      canDisable: given.can_disable,
    }),
  );
const preferences = listed(preference);

/** The caller's preference in every category. */
export const listNotificationPreferences: ProviderCall<readonly NotificationPreference[]> = {
  name: 'notification-preferences',
  method: 'GET',
  path: path`/emails/notification-preference/me`,
  access: 'client',
  parse: (body) => preferences.parse(body),
};

/** Switches the e-mails of a category on or off. */
export function setNotificationPreference(
  categoryId: Uuid,
  enabled: boolean,
): ProviderCall<NotificationPreference> {
  return {
    name: 'set-notification-preference',
    method: 'PATCH',
    path: path`/emails/notification-preference/me/${categoryId}`,
    access: 'client',
    body: { enabled },
    parse: (body) => preference.parse(body),
  };
}

/** A preference without its texts, in bytes. */
const PREFERENCE_BYTES = 60;

/** Estimates the memory that preferences hold, in bytes. */
export function bytesOfPreferences(held: readonly NotificationPreference[]): number {
  return held.reduce(
    (bytes, { categoryId, categoryName }) =>
      bytes + PREFERENCE_BYTES + bytesOfText(categoryId) + bytesOfText(categoryName),
    0,
  );
}
