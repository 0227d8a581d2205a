// request → token → claims: the one function that joins the steps, with a memory of the tokens it has verified.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { MaybePromise } from '../core/settled.ts';
import { type Rates, unlimited } from '../rate-limit/rate-limits.ts';
import { type HeaderReader, readToken } from './carriers.ts';
import type { Claims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { brokenRule } from './token-rule.ts';
import { CLOCK_TOLERANCE, type Verified, type Verify } from './verify.ts';

/** A verified access token and what it says. The token is a secret: it goes to the identity provider and nowhere else. */
export interface Credentials {
  readonly token: string;
  readonly claims: Claims;
}

/**
 * Reads and verifies the access token of a request. `undefined` is a request without one. `address` is where it comes
 * from, as failed verifications are counted; it is read only for a token that has not been seen before. A token that is
 * remembered is answered at once, without a promise.
 *
 * Throws (or rejects with) `AppError` as `readToken`, `Verify` and `Rates` do: a bad token is never taken for none.
 */
export type Authenticate = (
  header: HeaderReader,
  address?: () => string,
) => MaybePromise<Credentials | undefined>;

/** `remember` is how many verified tokens are kept. */
export interface AuthenticateOptions {
  readonly verify: Verify;
  readonly keys: Pick<KeySet, 'current'>;
  readonly rates?: Rates;
  readonly remember?: number;
  readonly clock?: Clock;
}

/**
 * A token, and the SHA-256 digest by which it is known when it comes again: the whole of it counts, as with the token
 * itself, a thousand characters need not be kept, and what is remembered is no secret.
 */
interface Seen {
  readonly token: string;
  readonly digest: string;
}

/** One under way. It is emptied when it ends: a Map leaves its old tables behind, with all that stood in them. */
interface Verification {
  claims: Promise<Claims> | undefined;
}

/** Makes the way from request to claims. */
export function createAuthenticate({
  verify,
  keys,
  rates = unlimited,
  remember = 100_000,
  clock = systemClock,
}: AuthenticateOptions): Authenticate {
  const remembered = new LRUCache<string, Verified>({ max: remember });
  // When each was found expired, by the wall clock: replaying one costs no signature check unless the clock is set back.
  const expired = new LRUCache<string, number>({ max: 1_000 });
  const underWay = new Map<string, Verification>();

  function recall(digest: string): Claims | undefined {
    const verified = remembered.get(digest);
    if (!verified) return undefined;
    // The same object as when it was verified: a key that was withdrawn, or changed under its id, is not.
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

  /** One verification for all requests that bring the same token from the same address at the same time. */
  function verifyOnce(seen: Seen, address: string): Promise<Claims> {
    if (clock.wall() >= (expired.get(seen.digest) ?? Number.POSITIVE_INFINITY)) throw brokenRule('expiry');
    const key = `${seen.digest} ${address}`;
    const call = underWay.get(key)?.claims;
    if (call) return call;
    const claims = verifyWithinBudget(seen, address);
    const mine: Verification = { claims };
    underWay.set(key, mine);
    const end = () => {
      mine.claims = undefined;
      underWay.delete(key);
    };
    claims.then(end, end);
    return claims;
  }

  async function verifyWithinBudget({ token, digest }: Seen, address: string): Promise<Claims> {
    const settle = await rates.reserveFailure(address);
    let isForged = false;
    try {
      const verified = await verify(token);
      remembered.set(digest, verified);
      return verified.claims;
    } catch (error) {
      const reason = error instanceof AppError ? error.reason : undefined;
      if (reason === 'EXPIRED_TOKEN') expired.set(digest, clock.wall());
      // Else its signature was good, or nobody could tell: that is no attempt at forgery.
      isForged = reason === 'INVALID_TOKEN';
      throw error;
    } finally {
      settle(isForged);
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
