// Which rule a refused token breaks, for whoever looks after the server. Clients are never told: a cause does not leave.
import { errors } from 'jose';
import { AppError, refusedToken } from '../core/errors.ts';

/** The rules in the order in which they are checked. */
export const TOKEN_RULES = [
  'carrier',
  'shape',
  'header',
  'audience',
  'key',
  'signature',
  'claims',
  'issuer',
  'not-before',
  'expiry',
  'agreement',
] as const;

/** One of `TOKEN_RULES`. */
export type TokenRule = (typeof TOKEN_RULES)[number];

/** The cause of a refusal of ours. */
interface BrokenRule {
  readonly rule: TokenRule;
}

/** Refuses a token for breaking this rule. Nothing of the token is kept. */
export function brokenRule(rule: TokenRule): AppError {
  return refusedToken(rule === 'expiry' ? 'EXPIRED_TOKEN' : 'INVALID_TOKEN', { rule } satisfies BrokenRule);
}

/** Turns what jose throws into a refusal. What is not about the token stays as it is. */
export function fromJose(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return brokenRule('expiry');
  if (error instanceof errors.JWTClaimValidationFailed) return brokenRule(ruleOfClaim(error));
  if (error instanceof errors.JWTInvalid) return brokenRule('claims');
  if (error instanceof errors.JWSSignatureVerificationFailed) return brokenRule('signature');
  // Malformed parts, an algorithm or a critical header that is not ours. Of a malformed argument jose speaks as
  // TypeError, and the token is the only argument that is not ours.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return brokenRule('header');
  return error;
}

/** Which rule the refusal is about, or `undefined` where it is about something else. */
export function ruleOf(error: unknown): TokenRule | undefined {
  const cause: unknown = error instanceof AppError ? error.cause : undefined;
  const rule = typeof cause === 'object' && cause !== null && 'rule' in cause ? cause.rule : undefined;
  return TOKEN_RULES.find((name) => name === rule);
}

/** A claim that is missing, or not what it must be. */
function ruleOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenRule {
  if (reason !== 'check_failed') return 'claims';
  if (claim === 'iss') return 'issuer';
  return claim === 'nbf' ? 'not-before' : 'claims';
}
