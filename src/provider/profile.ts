// The provider's account of a user, reduced to what may be shown to that user (contract, section 4.1).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { compileLater } from '../core/compile-later.ts';
import { address, list, MAX_IDENTIFIER, type Metadata, metadata, text, time, url } from './bounded.ts';
import type { Outcome, Question } from './outcomes.ts';
import { path } from './path.ts';
import type { CallerRequest, ProviderCall } from './send.ts';
import { bytesOfTeam, type Team, teamSchema } from './teams.ts';
import type { Uuid } from './uuid.ts';

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
  readonly clientMetadata: Metadata | undefined;
  readonly clientReadOnlyMetadata: Metadata | undefined;
  readonly selectedTeam: Team | undefined;
}

/** The fields of a profile that the answer to a change tells. */
export type ClientProfile = Omit<Profile, 'lastActiveAt'>;

/** A change of the caller's profile. An absent field changes nothing, null clears. */
export interface ProfileChange {
  readonly displayName?: string | null | undefined;
  /** base64 data alone: the provider refuses URLs. */
  readonly profileImageUrl?: string | null | undefined;
  readonly clientMetadata?: object | null | undefined;
  readonly selectedTeamId?: Uuid | null | undefined;
}

const clientBodySchema = z.object({
  id: z.string(),
  display_name: text,
  primary_email: address,
  primary_email_verified: z.boolean(),
  profile_image_url: url,
  signed_up_at_millis: time,
  has_password: z.boolean(),
  oauth_providers: list(z.object({ id: z.string(), account_id: z.string(), email: address })),
  client_metadata: metadata,
  client_read_only_metadata: metadata,
  selected_team: teamSchema.nullish().transform((team) => team ?? undefined),
});

/** Compiled, which takes a quarter of the time: without a cache, a profile is read for each request. */
const serverBodySchema = compileLater(clientBodySchema.extend({ last_active_at_millis: time }));

/**
 * Gets profiles. Never throws for trouble of the provider; rejects with the signal's reason where that aborts first, and
 * with `AppError` `LIMIT_EXCEEDED` or `RATE_LIMITED` where the request may make no further call.
 */
export type FetchProfile = (request: CallerRequest) => Promise<Outcome<Profile>>;

const ME = path`/users/me`;

/** The caller's profile. It has server access, since client access lacks some of the fields. */
export const readProfile: ProviderCall<Profile> = {
  name: 'profile',
  method: 'GET',
  path: ME,
  access: 'server',
  parse: (body, { caller }) => own(parseProfile(body), caller),
};

/** The same call, made for a request. */
export function profileCall(request: CallerRequest): ProviderCall<Profile> {
  const { onCall, budget } = request;
  return { ...readProfile, caller: request, onCall, budget };
}

/** The change of the caller's profile. */
export function updateMe(change: ProfileChange): ProviderCall<ClientProfile> {
  const body = {
    display_name: change.displayName,
    profile_image_url: change.profileImageUrl,
    client_metadata: change.clientMetadata,
    selected_team_id: change.selectedTeamId,
  };
  return { name: 'update-me', method: 'PATCH', path: ME, access: 'client', body, parse: parseChanged };
}

/** Deletes the caller's account, where the project permits it. */
export const deleteMe: ProviderCall<undefined> = {
  name: 'delete-me',
  method: 'DELETE',
  path: ME,
  access: 'client',
  parse: () => undefined,
};

function parseChanged(body: unknown, { caller }: Question): ClientProfile {
  return own(toClientProfile(clientBodySchema.parse(body)), caller);
}

function own<T extends { readonly id: string }>(profile: T, caller: Question['caller']): T {
  if (profile.id !== caller?.id) throw new Error('The profile is that of another user');
  return profile;
}

/** Parses the body of `GET /users/me`. Throws if it does not have the contract's shape. */
export function parseProfile(body: unknown): Profile {
  const user = serverBodySchema.parse(body);
  // Object.assign, since Node 20 makes a hidden class for every literal in which something follows a spread.
  return Object.assign(toClientProfile(user), { lastActiveAt: user.last_active_at_millis });
}

function toClientProfile(user: z.infer<typeof clientBodySchema>): ClientProfile {
  return {
    id: user.id,
    displayName: user.display_name,
    email: user.primary_email,
    emailVerified: user.primary_email_verified,
    profileImageUrl: user.profile_image_url,
    signedUpAt: user.signed_up_at_millis,
    hasPassword: user.has_password,
    oauthProviders: user.oauth_providers
      .filter(({ id, account_id }) => id.length <= MAX_IDENTIFIER && account_id.length <= MAX_IDENTIFIER)
      .map(({ id, account_id, email }) => ({ id, accountId: account_id, email })),
    clientMetadata: user.client_metadata,
    clientReadOnlyMetadata: user.client_read_only_metadata,
    selectedTeam: user.selected_team,
  };
}

/** The objects of a profile without its texts, and of one account at another provider, in bytes as measured on Node 20 to 24. */
const PROFILE_BYTES = 300;
const ACCOUNT_BYTES = 60;

/** Estimates the memory that a profile holds, in bytes. */
export function bytesOfProfile(profile: Profile): number {
  const { id, displayName, email, profileImageUrl, oauthProviders, selectedTeam } = profile;
  let bytes = PROFILE_BYTES;
  for (const each of [id, displayName, email, profileImageUrl]) bytes += bytesOfText(each);
  for (const each of [profile.clientMetadata, profile.clientReadOnlyMetadata])
    bytes += bytesOfText(each?.json);
  for (const account of oauthProviders) {
    bytes += ACCOUNT_BYTES;
    for (const each of [account.id, account.accountId, account.email]) bytes += bytesOfText(each);
  }
  return selectedTeam ? bytes + bytesOfTeam(selectedTeam) : bytes;
}
