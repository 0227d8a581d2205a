// token → claims: jose checks the signature and the registered claims, claims.ts those of the provider.
import {
  type CryptoKey,
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Emit, ignoreEvents } from '../core/events.ts';
import { type Audience, audiencesOf } from './audiences.ts';
import { type ClaimedUser, claimedUserOf } from './claimed-user.ts';
import { type Claims, parseClaims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { mismatchOf } from './mismatch.ts';
import { brokenRule, type ExpiredUser, fromJose } from './token-rule.ts';

/** Seconds by which the provider's clock and that of this machine may differ. */
export const CLOCK_TOLERANCE = 5;

/** The claims of a verified token, and the key that verifies its signature. */
export interface Verified {
  readonly claims: Claims;
  readonly kid: string;
  readonly key: CryptoKey;
}

/** `issuerUrls` are the provider's hosts that may stand in `iss`. */
export interface VerifierOptions {
  readonly projectId: string;
  readonly issuerUrls: readonly string[];
  readonly keys: Pick<KeySet, 'current' | 'find' | 'seen'>;
  readonly emit?: Emit;
  readonly clock?: Clock;
}

/**
 * Verifies one access token; nothing is cached. The token must have passed `assertShape`. `checkClaimed` is called with the user
 * that the token claims to be of, before anything is verified: where it throws, the token is refused with that error.
 *
 * Rejects with `AppError`: `UNAUTHENTICATED` with `INVALID_TOKEN` or `EXPIRED_TOKEN`, and `SERVICE_UNAVAILABLE` where the
 * provider's keys are needed and cannot be fetched. Until keys of the project have been fetched once, no token that the
 * provider may have issued is called invalid: the project id may be wrong, and clients would sign their users out.
 */
export type Verify = (token: string, checkClaimed?: (user: ClaimedUser) => void) => Promise<Verified>;

/** Creates the verifier of one project. */
export function createVerify(options: VerifierOptions): Verify {
  const { projectId, issuerUrls, keys, emit = ignoreEvents, clock = systemClock } = options;
  const audiences = audiencesOf({ projectId, issuerUrls });

  return async (token, checkClaimed) => {
    const claimed = decodeClaims(token);
    const user = claimed && claimedUserOf(claimed);
    if (user) checkClaimed?.(user);
    const { kid, aud } = readUnverified(token, claimed);
    const audience = audiences.get(aud);
    if (!audience) return refuseAudience(token, { kid, aud });
    const key = await keys.find(kid);
    if (!key) throw brokenRule('key');
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        audience: aud,
        issuer: audience.issuers,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(clock.wall()),
      });
      return { claims: parseClaims(payload, { projectId, userClass: audience.userClass }), kid, key };
    } catch (error) {
      const mismatch = mismatchOf(error, audiences);
      if (mismatch) emit({ kind: 'token-mismatch', mismatch });
      if (error instanceof errors.JWTExpired) throw brokenRule('expiry', userOf(error, audience));
      throw fromJose(error);
    }
  };

  /** Causes no fetch of a key: a token of another project is signed by a key that this project does not have. */
  async function refuseAudience(token: string, { kid, aud }: Unverified): Promise<never> {
    await keys.seen();
    const key = keys.current(kid);
    const isOurs = key !== undefined && (await isSignedBy(token, key));
    if (isOurs) emit({ kind: 'token-mismatch', mismatch: { reason: 'audience' } });
    if (!key && !aud.startsWith(`${projectId}:`))
      emit({ kind: 'token-mismatch', mismatch: { reason: 'project' } });
    throw brokenRule('audience');
  }

  function userOf({ payload }: errors.JWTExpired, { userClass }: Audience): ExpiredUser | undefined {
    try {
      const { id, isAnonymous } = parseClaims(payload, { projectId, userClass });
      return { id, isAnonymous };
    } catch {
      return undefined; // The provider never issues such a token, so it needs no budget.
    }
  }
}

async function isSignedBy(token: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}

/** What is read before anything is verified. */
interface Unverified {
  readonly kid: string;
  readonly aud: string;
}

function decodeClaims(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** Reads key id and audience, by which the key and the issuers are looked up. */
function readUnverified(token: string, claims: JWTPayload | undefined): Unverified {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (alg !== 'ES256' || typeof kid !== 'string') throw brokenRule('header');
    if (!claims) throw brokenRule('claims');
    if (typeof claims.aud !== 'string') throw brokenRule('audience');
    return { kid, aud: claims.aud };
  } catch (error) {
    throw fromJose(error);
  }
}
