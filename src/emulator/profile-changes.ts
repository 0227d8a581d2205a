// Changes of a profile, as the provider's API takes them.
import { z } from 'zod';
import { requireMembership, uuid } from './access.ts';
import type { CheckedRequest } from './checks.ts';
import { storeImage } from './images.ts';
import { KnownError } from './known-errors.ts';
import { metadataSchema } from './metadata.ts';
import type { EmulatedTeam } from './teams.ts';
import type { EmulatedUser, UserPatch } from './user.ts';
import { updateUser } from './user-changes.ts';

const NAME_LENGTH = 256;

/** What access type `client` may change; the authentication methods are accepted and have no effect. */
export const clientProfilePatch = z.strictObject({
  display_name: z.string().max(NAME_LENGTH).nullable().exactOptional(),
  profile_image_url: z.string().nullable().exactOptional(),
  client_metadata: metadataSchema.exactOptional(),
  selected_team_id: uuid.nullable().exactOptional(),
  primary_email: z.email().nullable().exactOptional(),
  otp_auth_enabled: z.boolean().exactOptional(),
  passkey_auth_enabled: z.boolean().exactOptional(),
  totp_secret_base64: z.string().nullable().exactOptional(),
});

/** What servers may change, without the fields that nothing here needs. */
export const serverProfilePatch = clientProfilePatch.extend({
  client_read_only_metadata: metadataSchema.exactOptional(),
  server_metadata: metadataSchema.exactOptional(),
  primary_email_verified: z.boolean().exactOptional(),
  password: z.string().exactOptional(),
  restricted_by_admin: z.boolean().exactOptional(),
  restricted_by_admin_reason: z.string().nullable().exactOptional(),
  restricted_by_admin_private_details: z.string().nullable().exactOptional(),
});

type ProfilePatch = z.infer<typeof serverProfilePatch>;

/** Changes a user. Throws `TEAM_MEMBERSHIP_NOT_FOUND` (M 726), `USER_EMAIL_ALREADY_EXISTS` (M 723). */
export function changeProfile(
  { accessType, project }: CheckedRequest,
  user: EmulatedUser,
  given: ProfilePatch,
): EmulatedUser {
  const image = storeImage(accessType, given.profile_image_url);
  const { selected_team_id: teamId, primary_email: email } = given;
  if (teamId) requireMembership(project, { teamId, userId: user.id });
  if (email) {
    const owner = project.users.findByEmail(email);
    if (owner && owner.id !== user.id) throw emailExists(email);
  }
  const changed = updateUser(project, user.id, {
    ...toMetadata(given),
    ...toRestriction(user, given),
    ...(given.display_name !== undefined && { displayName: given.display_name || null }),
    ...(image !== undefined && { profileImageUrl: image }),
    ...(teamId !== undefined && { selectedTeam: teamId === null ? null : findTeam(project, teamId) }),
    ...(email !== undefined && { email, emailVerified: false }),
    ...(given.primary_email_verified !== undefined && { emailVerified: given.primary_email_verified }),
    ...(given.password !== undefined && { password: given.password }),
  });
  if (given.password !== undefined) project.sessions.endAllOf(user.id);
  return changed;
}

function findTeam({ teams }: CheckedRequest['project'], id: string): EmulatedTeam | null {
  return teams.find(id) ?? null;
}

function toMetadata(given: ProfilePatch): UserPatch {
  return {
    ...(given.client_metadata !== undefined && { clientMetadata: given.client_metadata }),
    ...(given.client_read_only_metadata !== undefined && {
      clientReadOnlyMetadata: given.client_read_only_metadata,
    }),
    ...(given.server_metadata !== undefined && { serverMetadata: given.server_metadata }),
  };
}

function toRestriction(user: EmulatedUser, given: ProfilePatch): UserPatch {
  const { restricted_by_admin_reason: reason, restricted_by_admin_private_details: details } = given;
  return {
    ...(given.restricted_by_admin && { restrictedReason: 'restricted_by_administrator' }),
    ...(given.restricted_by_admin === false && user.restrictedByAdmin && { kind: 'ordinary' }),
    ...(reason !== undefined && { restrictedByAdminReason: reason }),
    ...(details !== undefined && { restrictedByAdminPrivateDetails: details }),
  };
}

/** The refusal of an address with which another user signs in. */
export function emailExists(email: string): KnownError {
  return new KnownError('USER_EMAIL_ALREADY_EXISTS', `A user with email "${email}" already exists.`, {
    email,
    would_work_if_email_was_verified: false,
  });
}
