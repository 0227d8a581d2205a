// request → token → claims: the function that joins these steps, with a cache of verified tokens.
import { hash } from 'node:crypto';
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Rates, unlimited } from '../rate-limit/rate-limits.ts';
import { type HeaderReader, readToken } from './carriers.ts';
import type { Claims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { brokenRule } from './token-rule.ts';
import { CLOCK_TOLERANCE, type Verified, type Verify } from './verify.ts';

/** A verified access token and its claims. The token is a secret: it is sent to the identity provider and nowhere else. */
export interface Credentials {
  readonly token: string;
  readonly claims: Claims;
}

/**
 * Reads and verifies the access token of a request. Returns `undefined` for a request without one. `address` is the
 * client's, by which failed verifications are counted; it is read only for a token that is not cached. For a cached token
 * the credentials are returned synchronously, without a promise.
 *
 * Throws (or rejects with) `AppError` as `readToken`, `Verify` and `Rates` do: a bad token is never treated as no token.
 */
export type Authenticate = (
  header: HeaderReader,
  address?: () => string,
) => MaybePromise<Credentials | undefined>;

/** `remember` is how many verified tokens are cached. */
export interface AuthenticateOptions {
  readonly verify: Verify;
  readonly keys: Pick<KeySet, 'current'>;
  readonly rates?: Rates;
  readonly remember?: number;
  readonly clock?: Clock;
}

/** A token and its SHA-256 digest. Caches are keyed by the digest: it is shorter than the token, and no secret. */
interface DigestedToken {
  readonly token: string;
  readonly digest: string;
}

/**
 * A verification in flight. `claims` is cleared when it settles: a Map that was resized can keep its old table in
 * memory, with the entries that were in it.
 */
interface Verification {
  claims: Promise<Claims> | undefined;
}

/** Creates the function that authenticates requests. */
export function createAuthenticate({
  verify,
  keys,
  rates = unlimited,
  remember = 100_000,
  clock = systemClock,
}: AuthenticateOptions): Authenticate {
  const remembered = new LRUCache<string, Verified>({ max: remember });
  // When each token was found expired, by the wall clock: replaying one costs no signature check unless the clock is set back.
  const expired = new LRUCache<string, number>({ max: 1_000 });
  const inFlight = new Map<string, Verification>();

  function recall(digest: string): Claims | undefined {
    const verified = remembered.get(digest);
    if (!verified) return undefined;
    // A key that was withdrawn or replaced since is another object, or missing.
    if (keys.current(verified.kid) !== verified.key) {
      remembered.delete(digest);
      return undefined;
    }
    if (verified.claims.expiresAt <= Math.floor(clock.wall() / 1000) - CLOCK_TOLERANCE) {
      remembered.delete(digest);
      expired.set(digest, clock.wall());
      throw brokenRule('expiry');
    }
    return verified.claims;
  }

  /** Concurrent requests with the same token from the same address share one verification. */
  function verifyOnce(seen: DigestedToken, address: string): Promise<Claims> {
    if (clock.wall() >= (expired.get(seen.digest) ?? Number.POSITIVE_INFINITY)) throw brokenRule('expiry');
    const key = `${seen.digest} ${address}`;
    const shared = inFlight.get(key)?.claims;
    if (shared) return shared;
    const claims = verifyWithinBudget(seen, address);
    const verification: Verification = { claims };
    inFlight.set(key, verification);
    const end = () => {
      verification.claims = undefined;
      inFlight.delete(key);
    };
    claims.then(end, end);
    return claims;
  }

  async function verifyWithinBudget({ token, digest }: DigestedToken, address: string): Promise<Claims> {
    const settle = await rates.reserveFailure(address);
    let isInvalid = false;
    try {
      const verified = await verify(token);
      remembered.set(digest, verified);
      return verified.claims;
    } catch (error) {
      const reason = error instanceof AppError ? error.reason : undefined;
      if (reason === 'EXPIRED_TOKEN') expired.set(digest, clock.wall());
      // An expired token has a valid signature, and without keys nothing is known: neither counts as a failure.
      isInvalid = reason === 'INVALID_TOKEN';
      throw error;
    } finally {
      settle(isInvalid);
    }
  }

  function admit(token: string, claims: Claims): Credentials {
    rates.spendRequest(claims.id);
    return { token, claims };
  }

  return (header, address = () => 'unknown') => {
    const token = readToken(header);
    if (token === undefined) return undefined;
    const digest = hash('sha256', token, 'base64');
    const claims = recall(digest);
    if (claims) return admit(token, claims);
    return verifyOnce({ token, digest }, address()).then((verified) => admit(token, verified));
  };
}
