// Which e-mails the users of a project want.

/** A kind of e-mail that a user can switch off. `canDisable` is not enforced, as at the provider (M 755). */
export interface NotificationCategory {
  readonly id: string;
  readonly name: string;
  readonly canDisable: boolean;
}

/** The provider's two categories (M 751). */
export const NOTIFICATION_CATEGORIES: readonly NotificationCategory[] = [
  { id: '7bb82d33-2f54-4a3d-9d23-82739e0d66ef', name: 'Transactional', canDisable: false },
  { id: '4f6f8873-3d04-46bd-8bef-18338b1a1b4c', name: 'Marketing', canDisable: true },
];

/** The preferences of the users of one project; all categories are enabled by default. */
export interface NotificationPreferences {
  set(userId: string, categoryId: string, enabled: boolean): void;
  isEnabled(userId: string, categoryId: string): boolean;
}

/** Creates the default preferences. */
export function createNotificationPreferences(): NotificationPreferences {
  const disabled = new Set<string>();
  const keyOf = (userId: string, categoryId: string) => `${userId} ${categoryId}`;
  return {
    set(userId, categoryId, enabled) {
      if (enabled) disabled.delete(keyOf(userId, categoryId));
      else disabled.add(keyOf(userId, categoryId));
    },
    isEnabled: (userId, categoryId) => !disabled.has(keyOf(userId, categoryId)),
  };
}
