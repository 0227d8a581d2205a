// Webhooks as the provider signs them.
import { createHmac, randomUUID } from 'node:crypto';
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
  /** Seconds since it was sent; negative where the sender's clock is ahead. */
  readonly age?: number;
}

/** The request that sends an event, with an id that no other has. */
export function signedWebhook({
  type = 'user.updated',
  data = {},
  body = JSON.stringify({ type, data }),
  id = `msg_${randomUUID()}`,
  secret = SECRET,
  prefix = 'svix',
  age = 0,
}: SignedWebhookOptions) {
  const sentAt = new Date(Date.now() - age * 1000);
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: String(Math.floor(sentAt.getTime() / 1000)),
      [`${prefix}-signature`]: sign({ secret, id, sentAt, body }),
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  };
}

interface Signed {
  readonly secret: string;
  readonly id: string;
  readonly sentAt: Date;
  readonly body: string | Buffer;
}

/** The library signs text alone: of bytes it signs what they are as text. */
function sign({ secret, id, sentAt, body }: Signed): string {
  if (typeof body === 'string') return new Webhook(secret).sign(id, sentAt, body);
  const hmac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'));
  hmac.update(`${id}.${Math.floor(sentAt.getTime() / 1000)}.`);
  return `v1,${hmac.update(body).digest('base64')}`;
}
