// Verification of contact channels by e-mail.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, requireOwn } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { requireTrustedUrl } from '../callback-url.ts';
import { checkRequest } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';
import { readChannelKey } from './contact-channels.ts';

const callback = z.strictObject({ callback_url: z.url() });
const codeBody = z.strictObject({ code: z.string() });

/** Sends a code to an unverified address, and takes it without a token (identity contract 2.6). */
export function contactChannelVerificationRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  routes.post('/contact-channels/:userId/:channelId/send-verification-code', async (c) => {
    const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { project } = checked;
    const { userId, id } = readChannelKey(c, checked);
    const { callback_url } = parsePart(c, 'body', { schema: callback, value: checked.body });
    requireOwn(checked, userId, 'Can only send verification code for your own user.');
    const channel = project.contactChannels.find(userId, id);
    if (!channel) throw plainRefusal(404, 'Contact channel not found.');
    if (channel.isVerified) throw new KnownError('EMAIL_ALREADY_VERIFIED', 'The e-mail is already verified.');
    requireTrustedUrl(project, callback_url);
    const { value } = channel;
    const { code } = project.channelVerifications.create({ userId, channelId: id, value });
    project.emails.send({
      kind: 'contact-channel-verification',
      to: value,
      code,
      callbackUrl: callback_url,
    });
    return c.json({ success: true });
  });

  routes.post('/contact-channels/verify/check-code', async (c) => {
    const { project, body } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    project.channelVerifications.check(parsePart(c, 'body', { schema: codeBody, value: body }).code);
    return c.json({ is_code_valid: true });
  });

  routes.post('/contact-channels/verify', async (c) => {
    const { project, body } = await checkRequest(c, provider, ALL_ACCESS_TYPES);
    const { code } = parsePart(c, 'body', { schema: codeBody, value: body });
    const { userId, channelId, value } = project.channelVerifications.use(code).data;
    const channel = project.contactChannels.find(userId, channelId);
    if (channel?.value === value) project.contactChannels.update(channel, { isVerified: true });
    return c.json({ success: true });
  });

  return routes;
}
