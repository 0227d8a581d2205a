// The shape of a compact JWS (RFC 7515, section 7.1), checked before anything is decoded.
import { brokenRule } from './token-rule.ts';

/** Longest token that is read, in characters. Genuine ones have about 1,000. */
const MAX_TOKEN = 8192;

/** Header and claims are JSON objects, so both begin with `ey`. Most invalid values are refused here, undecoded. */
const COMPACT_JWS = /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/;

/**
 * Throws `AppError` `INVALID_TOKEN` unless the token is three parts of unpadded base64url, at most 8 KiB in all, each in its
 * only canonical spelling. Otherwise one signature would have 16 spellings, each of which is verified and cached by itself.
 */
export function assertShape(token: string): void {
  if (token.length > MAX_TOKEN || !COMPACT_JWS.test(token)) throw brokenRule('shape');
  const payload = token.indexOf('.') + 1;
  const signature = token.lastIndexOf('.') + 1;
  if (
    !isCanonical(token, 0, payload - 1) ||
    !isCanonical(token, payload, signature - 1) ||
    !isCanonical(token, signature, token.length)
  )
    throw brokenRule('shape');
}

/** The characters that may end a part: those whose unused bits are 0 (RFC 4648, section 3.5). */
const ENDS_OF_ONE_BYTE = 'AQgw';
const ENDS_OF_TWO_BYTES = 'AEIMQUYcgkosw048';

/** Whether the base64url between two indexes is the spelling that an encoder produces. */
function isCanonical(token: string, from: number, to: number): boolean {
  switch ((to - from) % 4) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return ENDS_OF_ONE_BYTE.includes(token.charAt(to - 1));
    default:
      return ENDS_OF_TWO_BYTES.includes(token.charAt(to - 1));
  }
}
