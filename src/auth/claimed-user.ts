// The user that a token claims to be of, read without a check of its signature.
import { decodeJwt } from 'jose';

/** Good for one question only: whether the user has requests left. */
interface ClaimedUser {
  readonly id: string;
  readonly isAnonymous: boolean;
}

/** Reads the claims of a token. Returns `undefined` where it names no user; why it is refused then is found by verifying it. */
export function readClaimedUser(token: string): ClaimedUser | undefined {
  try {
    const { sub, aud } = decodeJwt(token);
    if (typeof sub !== 'string') return undefined;
    return { id: sub, isAnonymous: typeof aud === 'string' && aud.endsWith(':anon') };
  } catch {
    return undefined;
  }
}
