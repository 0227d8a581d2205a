// `stack-auth-graphql/webhooks`: is this event from the provider?
import { AppError } from '../core/errors.ts';
import {
  createWebhookVerifier,
  MAX_WEBHOOK_BODY,
  readWebhookBody,
  type WebhookEvent,
  webhookTooLarge,
} from '../provider/webhook.ts';
import { headerReaderOf } from './auth/header-reader.ts';

export { AppError as AuthError } from '../core/errors.ts';
export type { WebhookEvent } from '../provider/webhook.ts';

/**
 * A request whose body has been read: its bytes or text as they came, since JSON that was parsed and printed is not the same.
 *
 * @example await verifyWebhook({ headers: request.headers, body: request.body }, secret);
 */
export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
}

/**
 * Verifies the signature of an event, and reads it. `secret` is that of the endpoint in the provider's dashboard (`whsec_…`),
 * or several that are separated by commas, while one replaces another. Events come more than once, and in any order.
 *
 * Rejects with `AuthError`: 400 without a good signature of the last five minutes, 413 for a body of more than 256 KiB, and
 * `INVALID_CONFIGURATION` where the secret is none.
 *
 * @example
 * const { type, data } = await verifyWebhook(request, process.env.STACK_WEBHOOK_SECRET ?? '');
 */
export async function verifyWebhook(
  request: Request | ReceivedWebhook,
  secret: string,
): Promise<WebhookEvent> {
  const verify = createWebhookVerifier(secret);
  return verify(headerReaderOf(request.headers), await readBody(request));
}

async function readBody(request: Request | ReceivedWebhook): Promise<Buffer> {
  const { body } = request;
  if ('bodyUsed' in request && request.bodyUsed) throw notAsReceived();
  if (typeof body === 'string') return withinLimit(Buffer.from(body));
  // Not `text()`, which removes a byte order mark, and has no limit.
  if (ArrayBuffer.isView(body))
    return withinLimit(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  if (body === null) return Buffer.alloc(0);
  if (typeof body !== 'object' || !(Symbol.asyncIterator in body)) throw notAsReceived();
  return readWebhookBody(body);
}

function withinLimit(body: Buffer): Buffer {
  if (body.length > MAX_WEBHOOK_BODY) throw webhookTooLarge();
  return body;
}

function notAsReceived(): AppError {
  return new AppError(
    'The body of a webhook must be the bytes or the text that came, not what was parsed from it',
    {
      code: 'INTERNAL_SERVER_ERROR',
    },
  );
}
