// Signatures of webhooks, by Standard Webhooks (contract, IDENTITY.md, section 3.2).
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { AppError } from '../core/errors.ts';
import { GrowingBuffer } from '../core/growing-buffer.ts';

/**
 * An event as it was sent. Nothing in it says when it happened, in which order, or of which project.
 *
 * @example
 * const event: WebhookEvent = await verifyWebhook(request, secret);
 * if (event.type === 'user.deleted') await forget(event.data);
 */
export interface WebhookEvent {
  /** The same for all attempts of one event. */
  readonly id: string;
  /** Such as `user.updated`; empty where the body is no event. */
  readonly type: string;
  readonly data: unknown;
}

/** Reads a header by its lower-case name. */
export type WebhookHeader = (name: string) => string | null | undefined;

/** The bytes of a body, as they were received. */
export type VerifyWebhookBody = (header: WebhookHeader, body: Buffer) => WebhookEvent;

/** Bytes of a body, at most. */
export const MAX_WEBHOOK_BODY = 262_144;

/** The provider's spelling, and that of the standard. */
const SPELLINGS = ['svix', 'webhook'] as const;

/**
 * Creates the check of one secret, or of several that are separated by commas, while one replaces another.
 *
 * Throws `AppError` `INVALID_CONFIGURATION` where one of them is no secret. The check throws `AppError` `BAD_REQUEST` without a
 * good signature that is at most five minutes old.
 */
export function createWebhookVerifier(secrets: string): VerifyWebhookBody {
  if (typeof secrets !== 'string') throw noSecret();
  const webhooks = secrets.split(',').map((secret) => webhookOf(secret.trim()));
  return (header, body) => {
    const signed = signedHeaders(header);
    // The library takes text or a Buffer, but no other bytes. Its own JSON.parse would throw for what is no JSON.
    const isGood = signed && webhooks.some((webhook) => verifies(webhook, body, signed));
    if (!isGood) throw refused();
    return { id: signed['webhook-id'], ...parseEvent(body.toString('utf8')) };
  };
}

/** Reads a body that arrives in chunks. Rejects with `AppError` `BAD_REQUEST` and status 413 for one above `MAX_WEBHOOK_BODY`. */
export async function readWebhookBody(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Buffer> {
  const bytes = new GrowingBuffer();
  for await (const chunk of body) {
    if (bytes.length + chunk.length > MAX_WEBHOOK_BODY) throw webhookTooLarge();
    bytes.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
  return bytes.bytes();
}

/** The refusal of a body above `MAX_WEBHOOK_BODY`. */
export function webhookTooLarge(): AppError {
  return new AppError('The body of the webhook is too large', { code: 'BAD_REQUEST', status: 413 });
}

/**
 * The library hashes in JavaScript, and a body as text. The largest one took 8 ms for each secret, also where the signature is wrong:
 * sixty requests a second without one kept the process busy.
 */
class NativeWebhook extends Webhook {
  readonly #key: Buffer;

  constructor(secret: string) {
    super(secret);
    this.#key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  }

  override sign(id: string, sentAt: Date, payload: string | Buffer): string {
    const hmac = createHmac('sha256', this.#key).update(`${id}.${Math.floor(sentAt.getTime() / 1000)}.`);
    return `v1,${hmac.update(payload).digest('base64')}`;
  }
}

type SignedHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** The headers of one spelling, under the standard's names. */
function signedHeaders(header: WebhookHeader): SignedHeaders | undefined {
  for (const spelling of SPELLINGS) {
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
      header(`${spelling}-${name}`),
    );
    if (id && timestamp && signature)
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  }
  return undefined;
}

function verifies(webhook: Webhook, body: Buffer, headers: SignedHeaders): boolean {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function webhookOf(secret: string): Webhook {
  try {
    return new NativeWebhook(secret);
  } catch {
    throw noSecret();
  }
}

function parseEvent(text: string): Omit<WebhookEvent, 'id'> {
  try {
    const { type, data }: { readonly type?: unknown; readonly data?: unknown } = Object(JSON.parse(text));
    if (typeof type === 'string') return { type, data };
  } catch {
    // A good signature is enough: what is no JSON is an event of no known type.
  }
  return { type: '', data: undefined };
}

function noSecret(): AppError {
  return new AppError('The webhook secret must be one such as whsec_…, or several separated by commas', {
    code: 'INVALID_CONFIGURATION',
  });
}

/** Always the same, so that it gives no hint to a forger. */
function refused(): AppError {
  return new AppError('The webhook has no good signature', { code: 'BAD_REQUEST' });
}
