// What a project's users may know of each other: a name and an image, never an address, metadata or the kind of user.
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { text, url } from './bounded.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/**
 * A user as others may see that user.
 *
 * @example const author: PublicProfile | null = await loaders.publicProfile.load(note.ownerId);
 */
export interface PublicProfile {
  readonly id: Uuid;
  readonly displayName: string | undefined;
  readonly profileImageUrl: string | undefined;
}

const schema = z.object({ id: uuid, display_name: text, profile_image_url: url });

/**
 * A user of the project. Client access knows no other users, so this is server access: the guard is that nothing but a name and
 * an image is read. The caller's token is not sent, so that the answer is the same for all callers. An unknown or deleted user is `gone`.
 */
export function readPublicProfile(userId: Uuid): ProviderCall<PublicProfile> {
  return {
    name: 'public-profile',
    method: 'GET',
    path: path`/users/${userId}`,
    access: 'server',
    withoutToken: true,
    parse: (body) => {
      const { id, display_name, profile_image_url } = schema.parse(body);
      if (id !== userId) throw new Error('The profile is that of another user');
      return { id, displayName: display_name, profileImageUrl: profile_image_url };
    },
  };
}

/** The object of a public profile without its texts, in bytes. */
const PUBLIC_PROFILE_BYTES = 60;

/** Estimates the memory that a public profile holds, in bytes. */
export function bytesOfPublicProfile(profile: PublicProfile | null): number {
  if (!profile) return 0;
  const { id, displayName, profileImageUrl } = profile;
  return PUBLIC_PROFILE_BYTES + bytesOfText(id) + bytesOfText(displayName) + bytesOfText(profileImageUrl);
}
