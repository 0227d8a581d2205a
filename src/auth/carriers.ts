// The headers that can carry an access token, and how each is read: no token, a token, or malformed.
import { AppError } from '../core/errors.ts';
import { assertShape } from './shape.ts';
import { brokenRule } from './token-rule.ts';

/** Reads one request header by its lower-case name. Works with fetch's `Headers.get` and with node's headers. */
export type HeaderReader = (name: string) => string | null | undefined;

/** Longest header value that is decoded, in characters. Node limits all headers together to 16 KiB. */
const MAX_CARRIER = 16_384;

/** The scheme and the spaces after it. Other white space is left in the value, which is then refused for its shape. */
const BEARER = /^bearer(?=\s|$) */i;
const BEARER_JSON = /^(?:stackauth|hexclave)_/;

/**
 * Reads the access token from a request's headers (contract, section 2). Returns `undefined` where there is none.
 *
 * Throws `AppError`: `UNAUTHENTICATED`/`INVALID_TOKEN` where a carrier cannot be read,
 * `BAD_REQUEST`/`CONFLICTING_TOKENS` where two carry different tokens.
 */
export function readToken(header: HeaderReader): string | undefined {
  let token: string | undefined;
  for (const found of [
    present(header('x-stack-access-token')),
    present(header('x-hexclave-access-token')),
    fromAuthorization(present(header('authorization'))),
    fromJson(present(header('x-stack-auth'))),
  ]) {
    if (found === undefined) continue;
    assertShape(found);
    if (token !== undefined && token !== found) {
      throw new AppError('Two different access tokens were sent', {
        code: 'BAD_REQUEST',
        reason: 'CONFLICTING_TOKENS',
      });
    }
    token = found;
  }
  return token;
}

function present(value: string | null | undefined): string | undefined {
  return value == null || value.trim() === '' ? undefined : value;
}

function fromAuthorization(value: string | undefined): string | undefined {
  if (value === undefined || !BEARER.test(value)) return undefined;
  const credentials = present(value.replace(BEARER, ''));
  if (credentials === undefined || !BEARER_JSON.test(credentials)) return credentials;
  if (credentials.length > MAX_CARRIER) throw brokenRule('carrier');
  return fromJson(Buffer.from(credentials.replace(BEARER_JSON, ''), 'base64').toString('utf8'));
}

/** The provider's SDK sends access and refresh token in one JSON object; the refresh token is not read. */
function fromJson(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.length > MAX_CARRIER) throw brokenRule('carrier');
  const parsed = parseObject(value);
  const token = parsed['accessToken'];
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string') throw brokenRule('carrier');
  return present(token);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw brokenRule('carrier'); // Without a cause: the message of the SyntaxError quotes the text, secrets included.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw brokenRule('carrier');
  }
  return parsed as Readonly<Record<string, unknown>>;
}
