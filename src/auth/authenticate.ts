// request → token → claims: the one function that joins the steps, with a memory of the tokens it has verified.
import { LRUCache } from 'lru-cache';
import { refusedToken } from '../errors.ts';
import { type HeaderReader, readToken } from './carriers.ts';
import type { Claims } from './claims.ts';
import type { KeySet } from './key-set.ts';
import { CLOCK_TOLERANCE, type Verified, type Verify } from './verify.ts';

/** A verified access token and what it says. The token is a secret: it goes to the identity provider and nowhere else. */
export interface Credentials {
  readonly token: string;
  readonly claims: Claims;
}

/**
 * Reads and verifies the access token of a request. `undefined` is a request without one.
 *
 * Throws `AppError` as `readToken` and `Verify` do: a bad token is never taken for none.
 */
export type Authenticate = (header: HeaderReader) => Promise<Credentials | undefined>;

/** `remember` is how many verified tokens are kept; `now` gives milliseconds since the epoch. */
export interface AuthenticateOptions {
  readonly verify: Verify;
  readonly keys: Pick<KeySet, 'current'>;
  readonly remember?: number;
  readonly now?: () => number;
}

/** Makes the way from request to claims. */
export function createAuthenticate({
  verify,
  keys,
  remember = 10_000,
  now = Date.now,
}: AuthenticateOptions): Authenticate {
  // Keyed by the whole token: a shorter key would let two tokens that share it pass for one another.
  const remembered = new LRUCache<string, Verified>({ max: remember });

  function recall(token: string): Claims | undefined {
    const verified = remembered.get(token);
    if (!verified) return undefined;
    // The same object as when it was verified: a key that was withdrawn, or changed under its id, is not.
    if (keys.current(verified.kid) !== verified.key) {
      remembered.delete(token);
      return undefined;
    }
    if (verified.claims.expiresAt <= Math.floor(now() / 1000) - CLOCK_TOLERANCE) {
      remembered.delete(token);
      throw refusedToken('EXPIRED_TOKEN');
    }
    return verified.claims;
  }

  return async (header) => {
    const token = readToken(header);
    if (token === undefined) return undefined;
    const known = recall(token);
    if (known) return { token, claims: known };
    const verified = await verify(token);
    remembered.set(token, verified);
    return { token, claims: verified.claims };
  };
}
