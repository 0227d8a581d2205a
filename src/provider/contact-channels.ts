// The e-mail addresses of the caller (contract, IDENTITY 2.6).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { listed, MAX_IDENTIFIER } from './bounded.ts';
import type { Question } from './outcomes.ts';
import { ownedBy } from './owned.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** An address at which a user can be reached. */
export interface ContactChannel {
  readonly id: Uuid;
  readonly type: 'EMAIL';
  readonly value: string;
  readonly isPrimary: boolean;
  readonly isVerified: boolean;
  readonly usedForAuth: boolean;
}

/** A change of a channel. An absent field changes nothing; a new value is not verified. */
export interface ContactChannelChange {
  readonly value?: string | undefined;
  readonly usedForAuth?: boolean | undefined;
  readonly isPrimary?: boolean | undefined;
}

const channel = z.object({
  id: uuid,
  user_id: uuid,
  type: z.string(),
  value: z.string().max(MAX_IDENTIFIER),
  is_primary: z.boolean(),
  is_verified: z.boolean(),
  used_for_auth: z.boolean(),
});
const channels = listed(channel);

/** The caller's channels, the oldest first. */
export const listContactChannels: ProviderCall<readonly ContactChannel[]> = {
  name: 'contact-channels',
  method: 'GET',
  path: path`/contact-channels?user_id=me`,
  access: 'client',
  parse: (body, question) =>
    ownedBy(question, channels.parse(body), ({ user_id }) => user_id)
      .filter(({ type }) => type === 'email')
      .map(toChannel),
};

/** Adds an address of the caller, which is not verified yet. */
export function addContactChannel({
  value,
  usedForAuth,
}: {
  readonly value: string;
  readonly usedForAuth: boolean;
}): ProviderCall<ContactChannel> {
  return {
    name: 'add-contact-channel',
    method: 'POST',
    path: path`/contact-channels`,
    access: 'client',
    body: { user_id: 'me', type: 'email', value, used_for_auth: usedForAuth },
    parse: parseOwn,
  };
}

/** Changes an address of the caller. */
export function updateContactChannel(id: Uuid, change: ContactChannelChange): ProviderCall<ContactChannel> {
  return {
    name: 'update-contact-channel',
    method: 'PATCH',
    path: path`/contact-channels/me/${id}`,
    access: 'client',
    // Where another channel of the caller has the value.
    ambiguous500: true,
    body: { value: change.value, used_for_auth: change.usedForAuth, is_primary: change.isPrimary },
    parse: parseOwn,
  };
}

/** Removes an address of the caller. No other becomes the primary one. */
export function removeContactChannel(id: Uuid): ProviderCall<undefined> {
  return {
    name: 'remove-contact-channel',
    method: 'DELETE',
    path: path`/contact-channels/me/${id}`,
    access: 'client',
    parse: () => undefined,
  };
}

/** Sends a code to an address of the caller. The link in the e-mail leads to `callbackUrl`. */
export function sendVerification(id: Uuid, callbackUrl: string): ProviderCall<undefined> {
  return {
    name: 'send-verification',
    method: 'POST',
    path: path`/contact-channels/me/${id}/send-verification-code`,
    access: 'client',
    body: { callback_url: callbackUrl },
    parse: () => undefined,
  };
}

/** Verifies the address to which a code was sent. The code decides which, and whose. */
export function verifyContactChannel(code: string): ProviderCall<undefined> {
  return {
    name: 'verify-contact-channel',
    method: 'POST',
    path: path`/contact-channels/verify`,
    access: 'client',
    body: { code },
    parse: () => undefined,
  };
}

/** A channel without its texts, in bytes. */
const CHANNEL_BYTES = 80;

/** Estimates the memory that channels hold, in bytes. */
export function bytesOfChannels(held: readonly ContactChannel[]): number {
  return held.reduce(
    (bytes, { id, value }) => bytes + CHANNEL_BYTES + bytesOfText(id) + bytesOfText(value),
    0,
  );
}

function parseOwn(body: unknown, { caller }: Question): ContactChannel {
  const parsed = channel.parse(body);
  if (parsed.user_id !== caller?.id) throw new Error('The channel is that of another user');
  return toChannel(parsed);
}

function toChannel(given: z.infer<typeof channel>): ContactChannel {
  return {
    id: given.id,
    type: 'EMAIL',
    value: given.value,
    isPrimary: given.is_primary,
    isVerified: given.is_verified,
    usedForAuth: given.used_for_auth,
  };
}
