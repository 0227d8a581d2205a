// token → claims: the signature and the registered claims by jose, the provider's own by claims.ts.
import { type CryptoKey, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { type Clock, systemClock } from '../core/clock.ts';
import { audiencesOf } from './audiences.ts';
import { type Claims, parseClaims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { brokenRule, fromJose } from './token-rule.ts';

/** Seconds by which the provider's clock and ours may differ. */
export const CLOCK_TOLERANCE = 5;

/** What a token was found to say, and the key that proves it. */
export interface Verified {
  readonly claims: Claims;
  readonly kid: string;
  readonly key: CryptoKey;
}

/** `issuerUrls` are the provider's hosts that may stand in `iss`. */
export interface VerifierOptions {
  readonly projectId: string;
  readonly issuerUrls: readonly string[];
  readonly keys: Pick<KeySet, 'find'>;
  readonly clock?: Clock;
}

/**
 * Verifies one access token, each time anew. The token must have passed `assertShape`.
 *
 * Throws `AppError`: `UNAUTHENTICATED` with `INVALID_TOKEN` or `EXPIRED_TOKEN`, and `SERVICE_UNAVAILABLE` where the
 * provider's keys are needed and cannot be had.
 */
export type Verify = (token: string) => Promise<Verified>;

/** Makes the verifier of one project. */
export function createVerify({ projectId, issuerUrls, keys, clock = systemClock }: VerifierOptions): Verify {
  const audiences = audiencesOf({ projectId, issuerUrls });
  return async (token) => {
    const { kid, aud } = readUnverified(token);
    const audience = audiences.get(aud);
    // Foreign tokens end here: they must not make us look for their keys.
    if (!audience) throw brokenRule('audience');
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
      throw fromJose(error);
    }
  };
}

/** The two words by which key and audience are looked up. Nothing is believed yet, and nothing else is read. */
function readUnverified(token: string): { readonly kid: string; readonly aud: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (alg !== 'ES256' || typeof kid !== 'string') throw brokenRule('header');
    const { aud } = decodeJwt(token);
    if (typeof aud !== 'string') throw brokenRule('audience');
    return { kid, aud };
  } catch (error) {
    throw fromJose(error);
  }
}
