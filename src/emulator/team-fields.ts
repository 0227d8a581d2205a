// The fields of a team, as the provider's API takes them.
import { z } from 'zod';
import { userIdOrMe } from './access.ts';
import type { CheckedRequest } from './checks.ts';
import { storeImage } from './images.ts';
import { metadataSchema } from './metadata.ts';
import type { TeamPatch } from './teams.ts';

/** A change by a server. */
export const serverTeamPatch = z.strictObject({
  display_name: z.string().exactOptional(),
  profile_image_url: z.string().nullable().exactOptional(),
  client_metadata: metadataSchema.exactOptional(),
  client_read_only_metadata: metadataSchema.exactOptional(),
  server_metadata: metadataSchema.exactOptional(),
});
/** A new team of a server. */
export const serverTeamCreation = serverTeamPatch.extend({
  display_name: z.string(),
  creator_user_id: userIdOrMe.exactOptional(),
});
const SERVER_FIELDS = { client_read_only_metadata: true, server_metadata: true } as const;
/** A change by a client. */
export const clientTeamPatch = serverTeamPatch.omit(SERVER_FIELDS);
/** A new team of a client. */
export const clientTeamCreation = serverTeamCreation.omit(SERVER_FIELDS);

/** The given fields of a team. Throws when a client sets the URL of an image. */
export function toTeamPatch(
  { accessType }: CheckedRequest,
  given: z.infer<typeof serverTeamPatch>,
): TeamPatch {
  const { display_name, profile_image_url, client_metadata, client_read_only_metadata, server_metadata } =
    given;
  const image = storeImage(accessType, profile_image_url);
  return {
    ...(display_name !== undefined && { displayName: display_name }),
    ...(image !== undefined && { profileImageUrl: image }),
    ...(client_metadata !== undefined && { clientMetadata: client_metadata }),
    ...(client_read_only_metadata !== undefined && { clientReadOnlyMetadata: client_read_only_metadata }),
    ...(server_metadata !== undefined && { serverMetadata: server_metadata }),
  };
}
