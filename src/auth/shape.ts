// What every compact JWS looks like (RFC 7515, section 7.1), checked before anything in it is decoded.
import { brokenRule } from './token-rule.ts';

/** Length in characters beyond which a token is refused unread. Genuine ones have about 1,000. */
const MAX_TOKEN = 8192;

/** Header and claims are JSON objects, so both begin with `ey`: most garbage ends here, and costs no decoding. */
const COMPACT_JWS = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;

/** Throws `AppError` `INVALID_TOKEN` unless the token is three parts of unpadded base64url, two of them objects, in 8 KiB. */
export function assertShape(token: string): void {
  if (token.length > MAX_TOKEN || !COMPACT_JWS.test(token)) throw brokenRule('shape');
}
