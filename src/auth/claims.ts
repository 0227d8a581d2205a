// A verified payload, parsed into what the server relies on (contract, section 1.1).
import { z } from 'zod';
import { compileLater } from '../core/compile-later.ts';
import type { UserClass } from './audiences.ts';
import { brokenRule } from './token-rule.ts';

/** The claims of a verified access token. They are as old as the token, which is valid for ten minutes by default. */
export interface Claims {
  /** The user's id (`sub`). */
  readonly id: string;
  readonly isAnonymous: boolean;
  /** True for every anonymous user as well. */
  readonly isRestricted: boolean;
  /** Why the user is restricted: the provider's own term, such as `email_not_verified`. */
  readonly restrictedReason: string | undefined;
  readonly emailVerified: boolean;
  readonly selectedTeamId: string | undefined;
  /** The session that the token was issued for (`refresh_token_id`). */
  readonly sessionId: string | undefined;
  /** In seconds since the epoch (`iat`, `exp`). */
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
}

/** Until the end of the year 9999, the last that RFC 3339 can express. A larger number is in milliseconds. */
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

/** Compiled, which takes a fifth of the time: a payload is parsed for each new token. */
const payloadParser = compileLater(payloadSchema);

type Payload = z.infer<typeof payloadSchema>;

/** The project that the token must be of, and the class of users that its audience names. */
interface Expected {
  readonly projectId: string;
  readonly userClass: UserClass;
}

/**
 * Parses a payload whose signature, audience and issuer are already verified, and checks that its claims agree with the
 * class that its audience names. Throws `AppError` `UNAUTHENTICATED`/`INVALID_TOKEN`.
 *
 * A token of the older form (`isOlderAnonymousForm`) is one of an anonymous user: restricted, and without a session.
 */
export function parseClaims(payload: unknown, expected: Expected): Claims {
  const { data } = payloadParser.safeParse(payload);
  if (!data) throw brokenRule('claims');
  if (!agrees(data, expected)) throw brokenRule('agreement');
  const isOlderForm = isOlderAnonymousForm(data, expected.userClass);
  const userClass = isOlderForm ? 'anonymous' : expected.userClass;
  return Object.freeze<Claims>({
    id: data.sub,
    isAnonymous: userClass === 'anonymous',
    isRestricted: userClass !== 'ordinary',
    restrictedReason: isOlderForm ? 'anonymous' : data.restricted_reason?.type,
    emailVerified: data.email_verified ?? false,
    selectedTeamId: data.selected_team_id ?? undefined,
    sessionId: isOlderForm ? undefined : data.refresh_token_id,
    issuedAt: data.iat,
    expiresAt: data.exp,
  });
}

/** A claim that is absent agrees. */
function agrees(payload: Payload, { projectId, userClass }: Expected): boolean {
  const isAnonymous = userClass === 'anonymous';
  const isRestricted = userClass !== 'ordinary';
  return (
    (payload.project_id ?? projectId) === projectId &&
    (payload.is_anonymous ?? isAnonymous) === isAnonymous &&
    (payload.is_restricted ?? isRestricted) === isRestricted &&
    !(hasAnonymousRole(payload) && userClass === 'restricted')
  );
}

/**
 * Whether the token has the form of 2025 for an anonymous user: the audience of ordinary users and `role: "anon"`. A
 * `restricted_reason`, or an `is_restricted` that is false, does not matter then: anonymous users are always restricted.
 */
function isOlderAnonymousForm(payload: Payload, userClass: UserClass): boolean {
  return userClass === 'ordinary' && hasAnonymousRole(payload);
}

/** `role` counts only where `is_anonymous` is absent: today every user has the role `authenticated` (contract, 9.1). */
function hasAnonymousRole({ is_anonymous, role }: Payload): boolean {
  return is_anonymous === undefined && role === 'anon';
}
