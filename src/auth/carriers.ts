// Where a request may carry its access token, and what counts as none, as one or as a broken one.
import { AppError } from '../core/errors.ts';
import { assertShape } from './shape.ts';
import { brokenRule } from './token-rule.ts';

/** Reads one request header by its lower-case name. Fits fetch's `Headers.get` as well as node's headers. */
export type HeaderReader = (name: string) => string | null | undefined;

/** A carrier's whole value beyond which nothing is decoded. Node's own limit for all headers together is 16 KiB. */
const MAX_CARRIER = 16_384;

/** The scheme ends where a token can not go on. Spaces alone are its separator: anything else stays, and is refused. */
const BEARER = /^bearer(?=\s|$) */i;
const BEARER_JSON = /^(?:stackauth|hexclave)_/;

/**
 * Takes the access token out of a request's headers (contract, section 2). `undefined` is a request without any.
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

/** The provider's SDK puts access and refresh token into one JSON object; the refresh token is dropped here. */
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
    throw brokenRule('carrier'); // Without the cause: its message quotes the text, secrets and all.
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw brokenRule('carrier');
  }
  return parsed as Readonly<Record<string, unknown>>;
}
