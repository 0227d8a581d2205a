// The provider's account of a user, reduced to what may be shown to that user (contract, section 4.1).
import { z } from 'zod';
import type { LightAbortSignal } from '../core/abort-controller.ts';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { address, list, MAX_IDENTIFIER, text, url } from './bounded.ts';
import type { CallBudget } from './call-budget.ts';
import type { Outcome, Question } from './outcomes.ts';
import { path } from './path.ts';
import type { Caller, ProviderCall } from './send.ts';

/** An account at another provider that the user can sign in with. */
export interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | undefined;
}

/** A user's profile, without the data that the provider gives to servers only. Its size is bounded (bounded.ts). */
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

/** The end of the year 9999, the last that RFC 3339 can express. */
const LAST_MOMENT = 253_402_300_799_999;

const milliseconds = z
  .number()
  .int()
  .min(0)
  .max(LAST_MOMENT)
  .transform((value) => new Date(value));

const bodySchema = z.object({
  id: z.string(),
  display_name: text,
  primary_email: address,
  primary_email_verified: z.boolean(),
  profile_image_url: url,
  signed_up_at_millis: milliseconds,
  last_active_at_millis: milliseconds,
  has_password: z.boolean(),
  oauth_providers: list(z.object({ id: z.string(), account_id: z.string(), email: address })),
});

/** A request for the profile of the user of a token. */
export interface ProfileRequest extends Caller {
  /** When the token was made (`iat`), in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  readonly signal?: LightAbortSignal | undefined;
  /** Called each time that a call is sent for this request. A call that it joins is sent for another. */
  readonly onCall?: (() => void) | undefined;
  readonly budget?: CallBudget | undefined;
}

/**
 * Gets profiles. Never throws for trouble of the provider; rejects with the signal's reason where that aborts first, and
 * with `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the request may make no further call.
 */
export type FetchProfile = (request: ProfileRequest) => Promise<Outcome<Profile>>;

const ME = path`/users/me`;

/** The call for a profile. It has server access, since client access lacks some of the fields. */
export function profileCall(request: ProfileRequest): ProviderCall<Profile> {
  const { onCall, budget } = request;
  return {
    name: 'profile',
    method: 'GET',
    path: ME,
    access: 'server',
    caller: request,
    parse: parseOwnProfile,
    onCall,
    budget,
  };
}

function parseOwnProfile(body: unknown, { caller }: Question): Profile {
  const profile = parseProfile(body);
  if (profile.id !== caller?.id) throw new Error('The profile is that of another user');
  return profile;
}

/** Parses the body of `GET /users/me`. Throws if it does not have the contract's shape. */
export function parseProfile(body: unknown): Profile {
  const user = bodySchema.parse(body);
  return {
    id: user.id,
    displayName: user.display_name,
    email: user.primary_email,
    emailVerified: user.primary_email_verified,
    profileImageUrl: user.profile_image_url,
    signedUpAt: user.signed_up_at_millis,
    lastActiveAt: user.last_active_at_millis,
    hasPassword: user.has_password,
    oauthProviders: user.oauth_providers
      .filter(({ id, account_id }) => id.length <= MAX_IDENTIFIER && account_id.length <= MAX_IDENTIFIER)
      .map(({ id, account_id, email }) => ({ id, accountId: account_id, email })),
  };
}

/** The objects of a profile without its texts, and of one account at another provider, in bytes as measured on Node 20 to 24. */
const PROFILE_BYTES = 300;
const ACCOUNT_BYTES = 60;

/** Estimates the memory that a profile holds, in bytes. */
export function bytesOfProfile({ id, displayName, email, profileImageUrl, oauthProviders }: Profile): number {
  let bytes = PROFILE_BYTES;
  for (const each of [id, displayName, email, profileImageUrl]) bytes += bytesOfText(each);
  for (const account of oauthProviders) {
    bytes += ACCOUNT_BYTES;
    for (const each of [account.id, account.accountId, account.email]) bytes += bytesOfText(each);
  }
  return bytes;
}
