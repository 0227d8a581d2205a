// The shape of a compact JWS (RFC 7515, section 7.1), checked before anything is decoded.
import { brokenRule } from './token-rule.ts';

/** Longest token that is read, in characters. Genuine ones have about 1,000. */
const MAX_TOKEN = 8192;

/** Header and claims are JSON objects, so both begin with `ey`. Most invalid values are refused here, undecoded. */
const COMPACT_JWS = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;

/** Throws `AppError` `INVALID_TOKEN` unless the token is three parts of unpadded base64url, at most 8 KiB in all. */
export function assertShape(token: string): void {
  if (token.length > MAX_TOKEN || !COMPACT_JWS.test(token)) throw brokenRule('shape');
}
