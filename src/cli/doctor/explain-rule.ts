// For each rule, why a token breaks it and what to do.
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { TokenRule } from '../../auth/token-rule.ts';
import type { Config } from '../../core/config/config.ts';
import { type Finding, quote } from './finding.ts';

/** A refused token. `token` is undefined where none could be read from the input. */
export interface RefusedToken {
  /** The value of the header that the input stands for. */
  readonly value: string;
  readonly token: string | undefined;
  readonly config: Pick<Config, 'projectId' | 'apiUrl' | 'issuerUrls'>;
  /** In seconds since the epoch. */
  readonly now: number;
}

type Explanation = Required<Pick<Finding, 'message' | 'remedy'>>;

const SEND_TOKEN = 'Send the value of `(await user.getAuthJson()).accessToken`, and nothing else.';
const FORMAT_CHANGED =
  'If the provider issued it like this, its format has changed: check whether there is a newer version of this server.';

/** Explains one refusal. It quotes only what is no secret: header, audience, issuer, times. */
export function explainRule(rule: TokenRule, refused: RefusedToken): Explanation {
  const { kid, alg, claims } = decodeUnverified(refused.token);
  const { config, now } = refused;
  switch (rule) {
    case 'carrier':
      return {
        message: 'The header cannot be read: it must be JSON, or base64 of JSON, with an `accessToken`.',
        remedy: `Send the complete header of the provider's SDK, or only the token. ${SEND_TOKEN}`,
      };
    case 'shape':
      return { message: `It is not a JWT: ${shapeOf(refused.value)}.`, remedy: SEND_TOKEN };
    case 'header':
      return {
        message: `Its header is not one that the provider issues: alg ${quote(alg)} with ${kid === undefined ? 'no kid' : 'a kid'}, where ES256 with a kid is expected.`,
        remedy: `It was issued by another service, or was modified. ${SEND_TOKEN}`,
      };
    case 'audience':
      return {
        message: `Its audience is ${quote(claims.aud)}, but this server is for the project ${config.projectId}.`,
        remedy:
          'Use the same project in both: STACK_PROJECT_ID of the server, the project id of the SDK in the frontend.',
      };
    case 'key':
      return {
        message: `It is signed by a key (${quote(kid)}) that the provider does not publish.`,
        remedy: `Sign in again: the keys may have changed since. If new tokens fail too, ${config.apiUrl} (STACK_API_URL) is not the provider that issues them.`,
      };
    case 'signature':
      return {
        message: 'Its signature is not valid: the token was modified, truncated or forged.',
        remedy: `Copy the whole token again. ${SEND_TOKEN}`,
      };
    case 'issuer':
      return explainIssuer(claims, config);
    case 'not-before':
      return {
        message: `It is valid only from ${time(claims.nbf)} on; by this machine's clock it is ${time(now)}.`,
        remedy: 'See the finding for clock.',
      };
    case 'expiry':
      return {
        message: `It expired at ${time(claims.exp)}, ${duration(now - Number(claims.exp))} ago.`,
        remedy:
          'Get a fresh one: a token is valid for ten minutes, and getAuthJson() refreshes it. If it is fresh, see the finding for clock.',
      };
    case 'claims':
      return {
        message: 'A claim that the server relies on is missing or has the wrong type.',
        remedy: FORMAT_CHANGED,
      };
    case 'agreement':
      return {
        message: `Its claims contradict its audience ${quote(claims.aud)}: project_id, is_anonymous, is_restricted or role does not match it.`,
        remedy: FORMAT_CHANGED,
      };
  }
}

function explainIssuer({ iss }: JWTPayload, { issuerUrls }: RefusedToken['config']): Explanation {
  const accepted = issuerUrls.join(' or ');
  const issuer = iss !== undefined && URL.canParse(iss) ? new URL(iss).origin : undefined;
  const message = `It was issued by ${quote(iss)}, but this server accepts ${accepted}.`;
  return issuer === undefined || issuerUrls.includes(issuer)
    ? {
        message,
        remedy:
          'The host is right, but the path is that of another project or class of users: sign in again.',
      }
    : {
        message,
        remedy: `If that is the URL of your provider in the browser, set STACK_ISSUER_URL=${issuer}`,
      };
}

function shapeOf(text: string): string {
  if (/^bearer\s/i.test(text))
    return 'it begins with "Bearer ", which belongs in the Authorization header only';
  if (/^["'`]/.test(text)) return 'it is wrapped in quotes';
  if (/^(null|undefined|\[object .*\])$/.test(text))
    return `it is the word "${quote(text)}", so the frontend sends a token before it has one`;
  if (/^(ssk|sak)_/.test(text))
    return 'it is a secret key of the project. If a frontend had it, revoke it and create a new key';
  if (/^pck_/.test(text)) return 'it is the publishable client key';
  if (/\s/.test(text)) return 'it contains white space';
  if (text.length > 8192) return 'it is longer than 8 KiB';
  const parts = text.split('.').length;
  if (parts === 1) return 'it contains no dots, so it may be a refresh token';
  if (parts !== 3) return `it has ${parts} parts instead of three`;
  return /^[\w.-]+$/.test(text)
    ? 'it was truncated or modified: a part of it is not what an encoder of base64url writes'
    : 'it contains characters that are not base64url';
}

/** Header and claims of the token, unverified. */
function decodeUnverified(token: string | undefined): {
  readonly kid?: string | undefined;
  readonly alg?: string | undefined;
  readonly claims: JWTPayload;
} {
  try {
    const { kid, alg } = decodeProtectedHeader(token ?? '');
    return { kid, alg, claims: decodeJwt(token ?? '') };
  } catch {
    return { claims: {} };
  }
}

function time(seconds: number | undefined): string {
  const moment = new Date(Number(seconds) * 1000);
  return Number.isNaN(moment.getTime()) ? 'an invalid time' : moment.toISOString();
}

/** Such as `9 min 40 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
