// Webhooks as the provider signs them.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** A secret of an endpoint, and another one. */
export const SECRET = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;
export const OTHER_SECRET = `whsec_${Buffer.from('another one of this size').toString('base64')}`;

/** An event, or a body that is none. */
export interface SignedWebhookOptions {
  readonly type?: string;
  readonly data?: unknown;
  readonly body?: string | Buffer;
  readonly id?: string;
  readonly secret?: string;
  readonly prefix?: string;
}

/** The request that sends an event, with an id that no other has. */
export function signedWebhook({
  type = 'user.updated',
  data = {},
  body = JSON.stringify({ type, data }),
  id = `msg_${randomUUID()}`,
  secret = SECRET,
  prefix = 'svix',
}: SignedWebhookOptions) {
  const now = new Date();
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
      [`${prefix}-signature`]: new Webhook(secret).sign(id, now, body),
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  };
}
