// The user that a token claims to be of, while its signature has not been checked.
import type { JWTPayload } from 'jose';

/** Good for one question only: whether the user has requests left. */
export interface ClaimedUser {
  readonly id: string;
  readonly isAnonymous: boolean;
}

/** Reads the user. Returns `undefined` where the claims name none; why the token is refused then is found by verifying it. */
export function claimedUserOf({ sub, aud }: JWTPayload): ClaimedUser | undefined {
  if (typeof sub !== 'string') return undefined;
  return { id: sub, isAnonymous: typeof aud === 'string' && aud.endsWith(':anon') };
}
