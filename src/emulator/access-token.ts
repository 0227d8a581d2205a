// Verification of access tokens as the provider does it.
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { KnownError } from './known-errors.ts';
import type { Project } from './project.ts';
import { findProject, type Provider } from './provider.ts';
import type { UserKind } from './user.ts';
import { issuerOf, readAudience } from './user-class.ts';

/** The claims that the provider uses; everything else it reads from its database. */
export interface AccessToken {
  readonly userId: string;
  readonly projectId: string;
  readonly sessionId: string;
  readonly kind: UserKind;
  readonly restrictedReason: string | null;
}

const claimsSchema = z.object({
  sub: z.string(),
  project_id: z.string(),
  branch_id: z.literal('main'),
  refresh_token_id: z.string(),
  is_anonymous: z.boolean(),
  is_restricted: z.boolean(),
  restricted_reason: z.object({ type: z.string() }).nullable(),
});

/** Of an anonymous user in the form of 2025: the audience is that of ordinary users. */
const olderClaimsSchema = z.object({
  sub: z.string(),
  refresh_token_id: z.string(),
  role: z.literal('anon'),
  is_anonymous: z.undefined().optional(),
});

/**
 * Verifies a token as the provider does. Throws `ACCESS_TOKEN_EXPIRED` (M 32), or `UNPARSABLE_ACCESS_TOKEN` for any
 * other defect (M 30 31 35). A valid token of another project is accepted here (M 36).
 */
export async function readAccessToken(provider: Provider, token: string): Promise<AccessToken> {
  const target = findAudience(provider, token);
  if (!target) throw unparsable();
  const { project, kind, audience } = target;
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => publicKey(project, kind, kid), {
      algorithms: ['ES256'],
      audience,
      issuer: provider.issuerBases.map((base) => issuerOf(kind, base, project.id)),
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(provider.now()),
    });
    return readOlderClaims(payload, { kind, projectId: project.id }) ?? readClaims(payload, kind);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired(error.payload);
    throw unparsable();
  }
}

function findAudience(
  provider: Provider,
  token: string,
): { readonly project: Project; readonly kind: UserKind; readonly audience: string } | undefined {
  try {
    const { aud } = decodeJwt(token);
    const read = typeof aud === 'string' ? readAudience(aud) : undefined;
    const project = read && findProject(provider, read.projectId);
    return project && typeof aud === 'string' ? { project, kind: read.kind, audience: aud } : undefined;
  } catch {
    return undefined;
  }
}

async function publicKey(project: Project, kind: UserKind, kid: string | undefined) {
  const key = project.keys.published(kind).find((each) => each.kid === kid);
  if (!key) throw new errors.JWKSNoMatchingKey();
  return key.publicKey;
}

function readClaims(payload: JWTPayload, kind: UserKind): AccessToken {
  const claims = claimsSchema.parse(payload);
  if (claims.is_anonymous !== (kind === 'anonymous') || claims.is_restricted !== (kind !== 'ordinary')) {
    throw unparsable();
  }
  return {
    userId: claims.sub,
    projectId: claims.project_id,
    sessionId: claims.refresh_token_id,
    kind,
    restrictedReason: claims.restricted_reason?.type ?? null,
  };
}

function readOlderClaims(
  payload: JWTPayload,
  { kind, projectId }: Pick<AccessToken, 'kind' | 'projectId'>,
): AccessToken | undefined {
  const { data } = olderClaimsSchema.safeParse(payload);
  if (!data || kind !== 'ordinary') return undefined;
  const { sub: userId, refresh_token_id: sessionId } = data;
  return { userId, projectId, sessionId, kind: 'anonymous', restrictedReason: 'anonymous' };
}

function unparsable(): KnownError {
  return new KnownError('UNPARSABLE_ACCESS_TOKEN', 'Access token is not parsable.');
}

function expired(payload: JWTPayload): KnownError {
  return new KnownError(
    'ACCESS_TOKEN_EXPIRED',
    'Access token has expired. Please refresh it and try again.',
    {
      expired_at_millis: payload.exp === undefined ? null : payload.exp * 1000,
      project_id: payload['project_id'] ?? null,
      user_id: payload.sub ?? null,
      refresh_token_id: payload['refresh_token_id'] ?? null,
    },
  );
}
