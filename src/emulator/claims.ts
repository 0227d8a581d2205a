// The claims of an access token.
import type { EmulatedUser, UserKind } from './user.ts';
import { audienceOf, issuerOf } from './user-class.ts';

/** Exactly the claims of an access token (contract 1.1). `iat`, `exp` and `signed_up_at` are seconds. */
export interface Claims {
  readonly sub: string;
  readonly project_id: string;
  readonly branch_id: 'main';
  readonly refresh_token_id: string;
  readonly role: 'authenticated';
  readonly name: string | null;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly selected_team_id: string | null;
  readonly signed_up_at: number;
  readonly is_anonymous: boolean;
  readonly is_restricted: boolean;
  readonly restricted_reason: { readonly type: string } | null;
  readonly requires_totp_mfa: boolean;
  readonly iss: string;
  readonly iat: number;
  readonly aud: string;
  readonly exp: number;
}

/** Builds the claims for a user. `kind` selects issuer and audience; in a genuine token it is the kind of the user. */
export function buildClaims(options: {
  readonly user: EmulatedUser;
  readonly kind: UserKind;
  readonly projectId: string;
  readonly sessionId: string;
  readonly issuerBase: string;
  readonly issuedAt: number;
  readonly expiresIn: number;
}): Claims {
  const { user, kind, projectId, issuedAt } = options;
  return {
    sub: user.id,
    project_id: projectId,
    branch_id: 'main',
    refresh_token_id: options.sessionId,
    role: 'authenticated',
    name: user.displayName,
    email: user.email,
    email_verified: user.emailVerified,
    selected_team_id: user.selectedTeam?.id ?? null,
    signed_up_at: Math.floor(user.signedUpAt / 1000),
    is_anonymous: user.kind === 'anonymous',
    is_restricted: user.restrictedReason !== null,
    restricted_reason: user.restrictedReason && { type: user.restrictedReason },
    requires_totp_mfa: user.requiresTotpMfa,
    iss: issuerOf(kind, options.issuerBase, projectId),
    iat: issuedAt,
    aud: audienceOf(kind, projectId),
    exp: issuedAt + options.expiresIn,
  };
}

/**
 * The same claims in the form of August and September 2025: an anonymous user has `role: "anon"`, and the claims that
 * were added since are absent (contract 0 and 1.1).
 */
export function toOlderForm({
  project_id: _projectId,
  is_anonymous,
  is_restricted: _isRestricted,
  restricted_reason: _restrictedReason,
  signed_up_at: _signedUpAt,
  requires_totp_mfa: _requiresTotpMfa,
  ...claims
}: Claims): Readonly<Record<string, unknown>> {
  return { ...claims, role: is_anonymous ? 'anon' : 'authenticated' };
}
