// token → claims: jose checks the signature and the registered claims, claims.ts those of the provider.
import { type CryptoKey, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { type Clock, systemClock } from '../core/clock.ts';
import { audiencesOf } from './audiences.ts';
import { type Claims, parseClaims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { brokenRule, fromJose } from './token-rule.ts';

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
  readonly keys: Pick<KeySet, 'find'>;
  readonly clock?: Clock;
}

/**
 * Verifies one access token; nothing is cached. The token must have passed `assertShape`.
 *
 * Rejects with `AppError`: `UNAUTHENTICATED` with `INVALID_TOKEN` or `EXPIRED_TOKEN`, and `SERVICE_UNAVAILABLE` where the
 * provider's keys are needed and cannot be fetched.
 */
export type Verify = (token: string) => Promise<Verified>;

/** Creates the verifier of one project. */
export function createVerify({ projectId, issuerUrls, keys, clock = systemClock }: VerifierOptions): Verify {
  const audiences = audiencesOf({ projectId, issuerUrls });
  return async (token) => {
    const { kid, aud } = readUnverified(token);
    const audience = audiences.get(aud);
    // Tokens of other projects are refused before a key is looked up: they must not cause a fetch.
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

/** Reads key id and audience, by which the key and the issuers are looked up. Nothing is verified yet. */
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
