// A user as the provider's API returns it.
import { readTeamAsClient, readTeamAsServer } from './teams.ts';
import type { EmulatedUser } from './user.ts';

/** A user as access types `server` and `admin` read it, server-only fields included (contract 4.1). */
export function readAsServer(user: EmulatedUser) {
  return {
    ...readAsClient(user),
    primary_email_auth_enabled: user.emailUsedForAuth,
    last_active_at_millis: user.lastActiveAt,
    server_metadata: user.serverMetadata,
    restricted_by_admin_private_details: user.restrictedByAdminPrivateDetails,
    country_code: user.countryCode,
    risk_scores: { sign_up: { bot: 0, free_trial_abuse: 0 } },
    selected_team: user.selectedTeam && readTeamAsServer(user.selectedTeam),
  };
}

/** A user as access type `client` reads its own (M 15; the last column of the table in contract 4.1). */
export function readAsClient(user: EmulatedUser) {
  return {
    id: user.id,
    display_name: user.displayName,
    primary_email: user.email,
    primary_email_verified: user.emailVerified,
    profile_image_url: user.profileImageUrl,
    signed_up_at_millis: user.signedUpAt,
    client_metadata: user.clientMetadata,
    client_read_only_metadata: user.clientReadOnlyMetadata,
    has_password: user.hasPassword,
    otp_auth_enabled: false,
    passkey_auth_enabled: false,
    auth_with_email: user.hasPassword,
    requires_totp_mfa: user.requiresTotpMfa,
    oauth_providers: user.oauthProviders.map(({ id, accountId, email }) => ({
      id,
      account_id: accountId,
      email,
    })),
    selected_team_id: user.selectedTeam?.id ?? null,
    selected_team: user.selectedTeam && readTeamAsClient(user.selectedTeam),
    is_anonymous: user.kind === 'anonymous',
    is_restricted: user.restrictedReason !== null,
    restricted_reason: user.restrictedReason && { type: user.restrictedReason },
    restricted_by_admin: user.restrictedByAdmin,
    restricted_by_admin_reason: user.restrictedByAdminReason,
  };
}
