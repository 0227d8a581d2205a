// request → token → claims: the function that joins these steps, with a cache of verified tokens.
import { hash } from 'node:crypto';
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import { LRUCache } from 'lru-cache';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { type Rates, unlimited } from '../rate-limit/rate-limits.ts';
import { type HeaderReader, readToken } from './carriers.ts';
import type { ClaimedUser } from './claimed-user.ts';
import type { Claims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { brokenRule, type ExpiredUser, expiredUserOf } from './token-rule.ts';
import { VerificationLimit } from './verification-limit.ts';
import { CLOCK_TOLERANCE, type Verified, type Verify } from './verify.ts';

/** A verified access token and its claims. The token is a secret: it is sent to the identity provider and nowhere else. */
export interface Credentials {
  readonly token: string;
  readonly claims: Claims;
}

/**
 * Reads and verifies the access token of a request, and spends one request of its user's budget, also where the token has
 * expired. Returns `undefined` for a request without one. `address` is the client's, by which failed verifications and new
 * anonymous users are counted, and without which they are not; it is read only for a token that is not cached, or whose
 * anonymous user is not remembered. For a cached token the credentials are returned synchronously, without a promise.
 *
 * Throws (or rejects with) `AppError` as `readToken`, `Verify`, `Rates` and `VerificationLimit` do: a bad token is never treated
 * as no token.
 */
export type Authenticate = (
  header: HeaderReader,
  address?: () => string,
) => MaybePromise<Credentials | undefined>;

/** `remember` is how many verified tokens are cached, if they are as small as those of the provider. */
export interface AuthenticateOptions {
  readonly verify: Verify;
  readonly keys: Pick<KeySet, 'current'>;
  readonly rates?: Rates;
  readonly remember?: number;
  readonly clock?: Clock;
}

/** Reads the client's address, where it is known. */
type ReadFrom = (() => string) | undefined;

/** A token and its SHA-256 digest. Caches are keyed by the digest: it is shorter than the token, and no secret. */
interface DigestedToken {
  readonly token: string;
  readonly digest: string;
}

/** A token that was found expired at `at`, by the wall clock. Its signature is valid. */
interface ExpiredToken {
  readonly at: number;
  readonly user: ExpiredUser | undefined;
}

/** Expired tokens that are remembered: some 500 KB. */
const MAX_EXPIRED = 2_000;

/** Of a cached token without the texts of its claims, as measured on Node 20: its digest, its claims, and its place. */
const BYTES_PER_TOKEN = 250;

/** More than a token of the provider needs, whose ids have 36 characters. */
const MAX_BYTES_PER_TOKEN = 450;

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
  const remembered = new LRUCache<string, Verified>({
    // Without `max`, for which the cache would allocate and fill all of its lists at start: 3 MB, 7 ms.
    maxSize: remember * MAX_BYTES_PER_TOKEN,
    sizeCalculation: ({ claims }) => Math.max(MAX_BYTES_PER_TOKEN, bytesOf(claims)),
  });
  // Replaying an expired token costs no signature check, unless the wall clock is set back.
  const expired = new LRUCache<string, ExpiredToken>({ max: MAX_EXPIRED });
  const inFlight = new Map<string, Verification>();
  const limit = new VerificationLimit();

  /** The claims of a cached token that is still valid. */
  function recall(digest: string): Claims | undefined {
    const verified = remembered.get(digest);
    if (!verified) return undefined;
    // A key that was withdrawn or replaced since is another object, or missing.
    if (keys.current(verified.kid) !== verified.key) {
      remembered.delete(digest);
      return undefined;
    }
    const { claims } = verified;
    if (claims.expiresAt > Math.floor(clock.wall() / 1000) - CLOCK_TOLERANCE) return claims;
    remembered.delete(digest);
    expired.set(digest, { at: clock.wall(), user: { id: claims.id, isAnonymous: claims.isAnonymous } });
    return undefined;
  }

  /** Refuses a token that is remembered as expired. */
  function refuseExpired(digest: string, address: ReadFrom): void {
    const known = expired.get(digest);
    if (!known || clock.wall() < known.at) return;
    if (known.user) spend(known.user, address);
    throw brokenRule('expiry');
  }

  /** Concurrent requests with the same token from the same address share one verification. */
  function verifyOnce(seen: DigestedToken, address: string | undefined): Promise<Claims> {
    const key = address === undefined ? seen.digest : `${seen.digest} ${address}`;
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

  async function verifyWithinBudget(
    { token, digest }: DigestedToken,
    address: string | undefined,
  ): Promise<Claims> {
    const settle = address === undefined ? undefined : await rates.reserveFailure(address);
    let isInvalid = false;
    try {
      // Not before the reservation: the budget may be spent while this verification waits for it.
      const verified = await verify(token, (user) => checkClaimed(user, address));
      remembered.set(digest, verified);
      return verified.claims;
    } catch (error) {
      const reason = error instanceof AppError ? error.reason : undefined;
      if (reason === 'EXPIRED_TOKEN') expired.set(digest, { at: clock.wall(), user: expiredUserOf(error) });
      // An expired token has a valid signature, and without keys nothing is known: neither counts as a failure.
      isInvalid = reason === 'INVALID_TOKEN';
      throw error;
    } finally {
      settle?.(isInvalid);
    }
  }

  /** Throws where the user that the token claims to be of has no request left: then its signature need not be checked. */
  function checkClaimed({ id, isAnonymous }: ClaimedUser, address: string | undefined): void {
    rates.checkRequest(id, isAnonymous && address !== undefined ? () => address : undefined);
  }

  function spend({ id, isAnonymous }: ExpiredUser, address: ReadFrom): void {
    rates.spendRequest(id, isAnonymous ? address : undefined);
  }

  function admit(token: string, claims: Claims, address: ReadFrom): Credentials {
    spend(claims, address);
    return { token, claims };
  }

  /** Each of the requests that shared a verification spends one of the user's budget. */
  function fail(error: unknown, address: ReadFrom): never {
    const user = expiredUserOf(error);
    if (user) spend(user, address);
    throw error;
  }

  return (header, address) => {
    const token = readToken(header);
    if (token === undefined) return undefined;
    const digest = hash('sha256', token, 'base64');
    const claims = recall(digest);
    if (claims) return admit(token, claims, address);
    refuseExpired(digest, address);
    const from = address?.();
    limit.begin(from);
    return verifyOnce({ token, digest }, from).then(
      (verified) => {
        limit.end(from);
        return admit(token, verified, address);
      },
      (error) => {
        limit.end(from);
        return fail(error, address);
      },
    );
  };
}

/** Estimates the memory that a cached token takes. */
function bytesOf({ id, sessionId, selectedTeamId, restrictedReason }: Claims): number {
  const texts = [id, sessionId, selectedTeamId, restrictedReason];
  return texts.reduce((bytes, text) => bytes + bytesOfText(text), BYTES_PER_TOKEN);
}
