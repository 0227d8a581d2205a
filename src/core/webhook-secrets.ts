// Secrets that webhooks are signed with, by Standard Webhooks: one, or several while one replaces another.
import { Webhook } from 'standardwebhooks';
import { AppError } from './errors.ts';

/** What a list of secrets looks like. */
export const WEBHOOK_SECRETS = 'one such as whsec_…, or several separated by commas';

/** Reads secrets that are separated by commas. Throws `AppError` `INVALID_CONFIGURATION` where one of them is no secret. */
export function readWebhookSecrets(text: string): readonly Webhook[] {
  if (typeof text !== 'string') throw noSecret();
  return text.split(',').map((secret) => webhookOf(secret.trim()));
}

/** Whether each of them is a secret. */
export function areWebhookSecrets(text: string): boolean {
  try {
    readWebhookSecrets(text);
    return true;
  } catch {
    return false;
  }
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw noSecret();
  }
}

function noSecret(): AppError {
  return new AppError(`The webhook secret must be ${WEBHOOK_SECRETS}`, { code: 'INVALID_CONFIGURATION' });
}
