// What each rule says of a token that breaks it, and what to do about it.
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { TokenRule } from '../../auth/token-rule.ts';
import type { Config } from '../../core/config/config.ts';
import { type Finding, quote } from './finding.ts';

/** What is known of the refused token. `token` is undefined where it could not even be found. */
export interface RefusedToken {
  /** The value of the header that carried it. */
  readonly value: string;
  readonly token: string | undefined;
  readonly config: Pick<Config, 'projectId' | 'apiUrl' | 'issuerUrls'>;
  /** In seconds since the epoch. */
  readonly now: number;
}

type Explanation = Required<Pick<Finding, 'message' | 'remedy'>>;

const SEND_TOKEN = 'Send what `(await user.getAuthJson()).accessToken` gives, and nothing around it.';
const OURS =
  'If the provider made it so, its format has changed: see whether there is a newer version of this server.';

/** Explains one refusal. Of the token's content only what is no secret is told: header, audience, issuer, times. */
export function explainRule(rule: TokenRule, refused: RefusedToken): Explanation {
  const { kid, alg, claims } = peek(refused.token);
  const { config, now } = refused;
  switch (rule) {
    case 'carrier':
      return {
        message: 'The carrier cannot be read: it must be JSON, or base64 of JSON, with an `accessToken`.',
        remedy: `Send the whole of what the provider's SDK gives, or only the token. ${SEND_TOKEN}`,
      };
    case 'shape':
      return { message: `It is no JWT: ${shapeOf(refused.value)}.`, remedy: SEND_TOKEN };
    case 'header':
      return {
        message: `Its header is not one of the provider's: alg ${quote(alg)} with ${kid === undefined ? 'no kid' : 'a kid'}, where ES256 with a kid is expected.`,
        remedy: `It is a token of somebody else, or was changed. ${SEND_TOKEN}`,
      };
    case 'audience':
      return {
        message: `It is for audience ${quote(claims.aud)}, and this server is for project ${config.projectId}.`,
        remedy:
          'Give frontend and server the same project: STACK_PROJECT_ID here, the project id of the SDK there.',
      };
    case 'key':
      return {
        message: `It is signed by a key (${quote(kid)}) that the provider does not publish.`,
        remedy: `Sign in anew: the keys may have changed since. If new tokens say the same, ${config.apiUrl} is not the provider that makes them (STACK_API_URL).`,
      };
    case 'signature':
      return {
        message: 'Its signature does not fit: it was changed, cut off, or forged.',
        remedy: `Copy the whole token again. ${SEND_TOKEN}`,
      };
    case 'issuer':
      return explainIssuer(claims, config);
    case 'not-before':
      return {
        message: `It is good only from ${time(claims.nbf)} on; here it is ${time(now)}.`,
        remedy: 'Look at the finding on the clock.',
      };
    case 'expiry':
      return {
        message: `It ended at ${time(claims.exp)}, ${duration(now - Number(claims.exp))} ago.`,
        remedy:
          'Take a fresh one: a token lives ten minutes, and getAuthJson() renews it. If it is fresh, look at the finding on the clock.',
      };
    case 'claims':
      return { message: 'A claim that the server relies on is missing or of another type.', remedy: OURS };
    case 'agreement':
      return {
        message: `Its claims contradict its audience ${quote(claims.aud)}: project_id, is_anonymous or is_restricted says otherwise.`,
        remedy: OURS,
      };
  }
}

function explainIssuer({ iss }: JWTPayload, { issuerUrls }: RefusedToken['config']): Explanation {
  const accepted = issuerUrls.join(' or ');
  const issuer = iss !== undefined && URL.canParse(iss) ? new URL(iss).origin : undefined;
  const message = `It was issued by ${quote(iss)}, and this server accepts ${accepted}.`;
  return issuer === undefined || issuerUrls.includes(issuer)
    ? {
        message,
        remedy: 'The host is right and the path is of another class of users or project: sign in anew.',
      }
    : {
        message,
        remedy: `If that host is your provider as the browser sees it, set STACK_ISSUER_URL=${issuer}`,
      };
}

function shapeOf(text: string): string {
  if (/^bearer\s/i.test(text))
    return 'it begins with "Bearer ", which belongs into the header Authorization alone';
  if (/^["'`]/.test(text)) return 'it is wrapped in quotes';
  if (/^(null|undefined|\[object .*\])$/.test(text))
    return `it is the word "${quote(text)}", so the frontend sends a token that it does not have`;
  if (/^(ssk|sak)_/.test(text))
    return 'it is a secret key of the project, which no frontend may have: if one had it, make a new key';
  if (/^pck_/.test(text)) return 'it is the publishable client key';
  if (/\s/.test(text)) return 'there is white space within it';
  if (text.length > 8192) return 'it is longer than 8 KiB';
  const parts = text.split('.').length;
  if (parts === 1) return 'it has no dots: perhaps it is a refresh token';
  return parts === 3 ? 'it has characters that base64url does not' : `it has ${parts} parts instead of three`;
}

/** What a token says, believed by nobody. */
function peek(token: string | undefined): {
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
  return Number.isNaN(moment.getTime()) ? 'a time that is none' : moment.toISOString();
}

/** Such as `9 min 40 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
