// The provider's account of a user, cut down to what may be shown to that user (contract, section 4.1).
import { z } from 'zod';

/** An account at another provider that the user can sign in with. */
export interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | undefined;
}

/** A user's profile. What the provider tells to servers alone is not in it. */
export interface Profile {
  readonly id: string;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly profileImageUrl: string | undefined;
  readonly signedUpAt: Date;
  readonly lastActiveAt: Date;
  readonly hasPassword: boolean;
  readonly oauthProviders: readonly OAuthProvider[];
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
const milliseconds = z
  .number()
  .int()
  .min(0)
  .max(8_640_000_000_000_000)
  .transform((value) => new Date(value));

const bodySchema = z.object({
  id: z.string(),
  display_name: text,
  primary_email: text,
  primary_email_verified: z.boolean(),
  profile_image_url: text,
  signed_up_at_millis: milliseconds,
  last_active_at_millis: milliseconds,
  has_password: z.boolean(),
  oauth_providers: z.array(z.object({ id: z.string(), account_id: z.string(), email: text })),
});

/** Parses the body of `GET /users/me`. Throws if it is not JSON of the contract's shape. */
export function parseProfile(body: string): Profile {
  const user = bodySchema.parse(JSON.parse(body));
  return {
    id: user.id,
    displayName: user.display_name,
    email: user.primary_email,
    emailVerified: user.primary_email_verified,
    profileImageUrl: user.profile_image_url,
    signedUpAt: user.signed_up_at_millis,
    lastActiveAt: user.last_active_at_millis,
    hasPassword: user.has_password,
    oauthProviders: user.oauth_providers.map(({ id, account_id, email }) => ({
      id,
      accountId: account_id,
      email,
    })),
  };
}
