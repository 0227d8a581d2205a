// Which rule a refused token breaks: the cause of the error, for the log and the doctor. It is never sent to clients.
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

/** The user of an expired token with a valid signature. */
export interface ExpiredUser {
  readonly id: string;
  readonly isAnonymous: boolean;
}

/** The cause of a refusal. */
interface BrokenRule {
  readonly rule: TokenRule;
  readonly user?: ExpiredUser | undefined;
}

/** Creates the error for a token that breaks this rule. It contains nothing of the token but its verified user. */
export function brokenRule(rule: TokenRule, user?: ExpiredUser): AppError {
  const reason = rule === 'expiry' ? 'EXPIRED_TOKEN' : 'INVALID_TOKEN';
  return refusedToken(reason, { rule, user } satisfies BrokenRule);
}

/** Converts an error of jose about the token into a refusal. Other errors are returned as they are. */
export function fromJose(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return brokenRule('expiry');
  if (error instanceof errors.JWTClaimValidationFailed) return brokenRule(ruleOfClaim(error));
  if (error instanceof errors.JWTInvalid) return brokenRule('claims');
  if (error instanceof errors.JWSSignatureVerificationFailed) return brokenRule('signature');
  // Malformed parts, or an algorithm or critical header that is not supported. For a malformed argument jose throws a
  // TypeError, and the token is the only argument that comes from outside.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return brokenRule('header');
  return error;
}

/** The rule that a refused token breaks, or `undefined` where the error is another one. */
export function ruleOf(error: unknown): TokenRule | undefined {
  return causeOf(error)?.rule;
}

/** The user of an expired token, whose signature is valid. */
export function expiredUserOf(error: unknown): ExpiredUser | undefined {
  return causeOf(error)?.user;
}

function causeOf(error: unknown): BrokenRule | undefined {
  const cause: unknown = error instanceof AppError ? error.cause : undefined;
  return isBrokenRule(cause) ? cause : undefined;
}

function isBrokenRule(cause: unknown): cause is BrokenRule {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'rule' in cause &&
    TOKEN_RULES.some((rule) => rule === cause.rule)
  );
}

/** The rule for a claim that is missing or has the wrong value. */
function ruleOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenRule {
  if (reason !== 'check_failed') return 'claims';
  if (claim === 'iss') return 'issuer';
  return claim === 'nbf' ? 'not-before' : 'claims';
}
