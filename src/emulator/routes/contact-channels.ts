// Contact channels of users.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireOwn, resolveUserId, unexpected, userIdOrMe, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { type CheckedRequest, checkRequest } from '../checks.ts';
import {
  clientChannelCreation,
  clientChannelPatch,
  readChannel,
  serverChannelCreation,
  serverChannelPatch,
  toFlags,
} from '../contact-channel-fields.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

const listQuery = z.strictObject({
  user_id: userIdOrMe.exactOptional(),
  contact_channel_id: uuid.exactOptional(),
});
/** Contact channels: listed, read, added, changed and removed by their user or a server (identity contract 2.6). */
export function contactChannelRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.get('/contact-channels', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const query = parsePart(c, 'query', { schema: listQuery, value: c.req.query() });
    const userId = resolveUserId(checked, query.user_id);
    requireOwn(checked, userId, 'Client can only list contact channels for their own user.');
    const items = checked.project.contactChannels
      .of(userId)
      .filter(({ id }) => id === (query.contact_channel_id ?? id))
      .map(readChannel);
    return c.json({ items, is_paginated: false });
  });

  routes.post('/contact-channels', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { contactChannels } = checked.project;
    const schema: z.ZodType<z.infer<typeof serverChannelCreation>> =
      checked.accessType === 'client' ? clientChannelCreation : serverChannelCreation;
    const given = parsePart(c, 'body', { schema, value: checked.body });
    const userId = resolveUserId(checked, given.user_id);
    requireOwn(checked, userId, 'Client can only create contact channels for their own user.');
    if (contactChannels.of(userId).some(({ value }) => value === given.value.toLowerCase()))
      throw plainRefusal(400, 'Contact channel already exists');
    if (given.used_for_auth && contactChannels.findForAuth(given.value)) throw usedBySomeoneElse(given.value);
    const channel = contactChannels.create({ userId, value: given.value, ...toFlags(given) });
    return c.json(readChannel(channel), 201);
  });

  routes.get('/contact-channels/:userId/:channelId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { userId, id } = readChannelKey(c, checked);
    requireOwn(checked, userId, 'Client can only read contact channels for their own user.');
    const channel = checked.project.contactChannels.find(userId, id);
    if (!channel) throw plainRefusal(404, 'Contact channel not found.');
    return c.json(readChannel(channel));
  });

  routes.patch('/contact-channels/:userId/:channelId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { contactChannels } = checked.project;
    const { userId, id } = readChannelKey(c, checked);
    const schema: z.ZodType<z.infer<typeof serverChannelPatch>> =
      checked.accessType === 'client' ? clientChannelPatch : serverChannelPatch;
    const given = parsePart(c, 'body', { schema, value: checked.body });
    requireOwn(checked, userId, 'Client can only update contact channels for their own user.');
    const channel = contactChannels.find(userId, id);
    if (!channel) throw plainRefusal(400, 'Contact channel not found');
    const value = (given.value ?? channel.value).toLowerCase();
    const userForAuth = contactChannels.findForAuth(value);
    if (given.used_for_auth && userForAuth && userForAuth.id !== id) throw usedBySomeoneElse(undefined);
    if (contactChannels.of(userId).some((each) => each.value === value && each.id !== id)) throw unexpected();
    const changed = contactChannels.update(channel, {
      ...(given.value !== undefined && { value, isVerified: false }),
      ...toFlags(given),
    });
    return c.json(readChannel(changed));
  });

  routes.delete('/contact-channels/:userId/:channelId', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { userId, id } = readChannelKey(c, checked);
    requireOwn(checked, userId, 'Client can only delete contact channels for their own user.');
    const channel = checked.project.contactChannels.find(userId, id);
    if (!channel) throw plainRefusal(400, 'Contact channel not found');
    checked.project.contactChannels.delete(channel);
    return c.json({ success: true });
  });

  return routes;
}

/** The user and the channel in a path `/:userId/:channelId`. */
export function readChannelKey(
  c: EmulatorContext,
  checked: CheckedRequest,
): { readonly userId: string; readonly id: string } {
  const params = parsePart(c, 'params', {
    schema: z.object({ user_id: userIdOrMe, contact_channel_id: uuid }),
    value: { user_id: c.req.param('userId'), contact_channel_id: c.req.param('channelId') },
  });
  return { userId: resolveUserId(checked, params.user_id), id: params.contact_channel_id };
}

// The provider names the address when a channel is added, but not when one is changed (M 642 661).
function usedBySomeoneElse(value: string | undefined): KnownError {
  return new KnownError(
    'CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE',
    'This email is already used for authentication by another account.',
    { type: 'email', contact_channel_value: value ?? null, would_work_if_email_was_verified: false },
  );
}
