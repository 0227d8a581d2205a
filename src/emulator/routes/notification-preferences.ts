// Which e-mails a user wants.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireExistingUser, requireOwn, resolveUserId, userIdOrMe, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { type CheckedRequest, checkRequest } from '../checks.ts';
import { NOTIFICATION_CATEGORIES, type NotificationCategory } from '../notification-preferences.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

/** Notification preferences: listed and changed by their user or a server (identity contract 2.8). */
export function notificationPreferenceRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/emails/notification-preference/:userId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const userId = readUserId(c, checked);
    requireOwn(checked, userId, 'You can only view your own notification preferences');
    requireExistingUser(checked.project, userId);
    const items = NOTIFICATION_CATEGORIES.map((category) => readPreference(checked, userId, category));
    return c.json({ items, is_paginated: false });
  });

  routes.patch('/emails/notification-preference/:userId/:categoryId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const userId = readUserId(c, checked);
    const value = { notification_category_id: c.req.param('categoryId') };
    const params = parsePart(c, 'params', {
      schema: z.object({ notification_category_id: uuid }),
      value,
    });
    const { enabled } = parsePart(c, 'body', {
      schema: z.strictObject({ enabled: z.boolean() }),
      value: checked.body,
    });
    const category = NOTIFICATION_CATEGORIES.find(({ id }) => id === params.notification_category_id);
    if (!category) throw plainRefusal(404, 'Notification category not found');
    requireOwn(checked, userId, 'You can only manage your own notification preferences');
    requireExistingUser(checked.project, userId);
    checked.project.notificationPreferences.set(userId, category.id, enabled);
    return c.json(readPreference(checked, userId, category));
  });

  return routes;
}

function readUserId(c: EmulatorContext, checked: CheckedRequest): string {
  const value = { user_id: c.req.param('userId') };
  const params = parsePart(c, 'params', { schema: z.object({ user_id: userIdOrMe }), value });
  return resolveUserId(checked, params.user_id);
}

function readPreference({ project }: CheckedRequest, userId: string, category: NotificationCategory) {
  return {
    notification_category_id: category.id,
    notification_category_name: category.name,
    enabled: project.notificationPreferences.isEnabled(userId, category.id),
    can_disable: category.canDisable,
  };
}
