// The fields of a contact channel, as the provider's API takes and returns them.
import { z } from 'zod';
import { userIdOrMe } from './access.ts';
import type { ContactChannel, ContactChannelPatch } from './contact-channels.ts';

/** A change by a server. */
export const serverChannelPatch = z.strictObject({
  type: z.literal('email').exactOptional(),
  value: z.email().exactOptional(),
  used_for_auth: z.boolean().exactOptional(),
  is_primary: z.boolean().exactOptional(),
  is_verified: z.boolean().exactOptional(),
});
/** A new channel of a server. */
export const serverChannelCreation = serverChannelPatch.extend({
  user_id: userIdOrMe,
  type: z.literal('email'),
  value: z.email(),
  used_for_auth: z.boolean(),
});
/** A change by a client. */
export const clientChannelPatch = serverChannelPatch.omit({ is_verified: true });
/** A new channel of a client. */
export const clientChannelCreation = serverChannelCreation.omit({ is_verified: true });

/** The given flags of a channel. */
export function toFlags(given: z.infer<typeof serverChannelPatch>): ContactChannelPatch {
  return {
    ...(given.used_for_auth !== undefined && { usedForAuth: given.used_for_auth }),
    ...(given.is_primary !== undefined && { isPrimary: given.is_primary }),
    ...(given.is_verified !== undefined && { isVerified: given.is_verified }),
  };
}

/** A channel as every access type reads it. */
export function readChannel({ id, userId, value, isPrimary, isVerified, usedForAuth }: ContactChannel) {
  return {
    id,
    user_id: userId,
    type: 'email',
    value,
    is_primary: isPrimary,
    is_verified: isVerified,
    used_for_auth: usedForAuth,
  };
}
