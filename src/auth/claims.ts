// A verified payload, parsed into what the server relies on (contract, section 1.1).
import { z } from 'zod';
import type { UserClass } from './audiences.ts';
import { brokenRule } from './token-rule.ts';

/** What a verified access token says. At most as old as the token, which lives ten minutes by default. */
export interface Claims {
  /** The user's id (`sub`). */
  readonly id: string;
  readonly isAnonymous: boolean;
  /** True for every anonymous user as well. */
  readonly isRestricted: boolean;
  /** Why the user is restricted, in the provider's word such as `email_not_verified`. */
  readonly restrictedReason: string | undefined;
  readonly emailVerified: boolean;
  readonly selectedTeamId: string | undefined;
  /** The session that the token was made in (`refresh_token_id`). */
  readonly sessionId: string | undefined;
  /** In seconds since the epoch (`iat`, `exp`). */
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
}

/** Up to the end of the year 9999, the last that RFC 3339 can write: later ones are milliseconds. */
const seconds = z.number().min(0).max(253_402_300_799);

const payloadSchema = z.object({
  sub: z.string().min(1),
  exp: seconds,
  iat: seconds.optional(),
  project_id: z.string().optional(),
  branch_id: z.literal('main').optional(),
  refresh_token_id: z.string().min(1).optional(),
  role: z.string().optional(),
  email_verified: z.boolean().optional(),
  selected_team_id: z.string().nullish(),
  is_anonymous: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  restricted_reason: z.object({ type: z.string() }).nullish(),
});

/**
 * Parses a payload whose signature, audience and issuer are known to be good, and checks that its claims agree with
 * the class that its audience names. Throws `AppError` `UNAUTHENTICATED`/`INVALID_TOKEN`.
 */
export function parseClaims(
  payload: unknown,
  { projectId, userClass }: { readonly projectId: string; readonly userClass: UserClass },
): Claims {
  const { data } = payloadSchema.safeParse(payload);
  if (!data) throw brokenRule('claims');
  const isAnonymous = userClass === 'anonymous';
  const isRestricted = userClass !== 'ordinary';
  const agrees =
    (data.project_id ?? projectId) === projectId &&
    // Before `is_anonymous` there was the role, and it says nothing any more where both stand (contract, 9.1).
    (data.is_anonymous ?? (data.role === 'anon' || isAnonymous)) === isAnonymous &&
    (data.is_restricted ?? isRestricted) === isRestricted;
  if (!agrees) throw brokenRule('agreement');
  return Object.freeze<Claims>({
    id: data.sub,
    isAnonymous,
    isRestricted,
    restrictedReason: data.restricted_reason?.type,
    emailVerified: data.email_verified ?? false,
    selectedTeamId: data.selected_team_id ?? undefined,
    sessionId: data.refresh_token_id,
    issuedAt: data.iat,
    expiresAt: data.exp,
  });
}
