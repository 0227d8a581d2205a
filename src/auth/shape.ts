// What every compact JWS looks like (RFC 7515, section 7.1), checked before anything in it is decoded.
import { brokenRule } from './token-rule.ts';

/** Length in characters beyond which a token is refused unread. Genuine ones have about 1,000. */
const MAX_TOKEN = 8192;

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Throws `AppError` `INVALID_TOKEN` unless the token is three non-empty parts of unpadded base64url in 8 KiB. */
export function assertShape(token: string): void {
  if (token.length > MAX_TOKEN || !COMPACT_JWS.test(token)) throw brokenRule('shape');
}
