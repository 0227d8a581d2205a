// Why a token with a valid signature is refused: usually a mistake in the configuration, which only the operator can mend.
import { errors } from 'jose';
import type { TokenMismatch } from '../core/events.ts';
import type { Audience } from './audiences.ts';
import { ruleOf } from './token-rule.ts';

/** What is wrong with a token whose signature was verified, or `undefined` where it is nothing about its issuer or class. */
export function mismatchOf(
  error: unknown,
  audiences: ReadonlyMap<string, Audience>,
): TokenMismatch | undefined {
  if (ruleOf(error) === 'agreement') return { reason: 'class' };
  if (!(error instanceof errors.JWTClaimValidationFailed) || error.claim !== 'iss') return undefined;
  const { iss } = error.payload;
  if (typeof iss !== 'string') return undefined;
  const isOfOtherClass = [...audiences.values()].some(({ issuers }) => issuers.includes(iss));
  return isOfOtherClass ? { reason: 'class' } : { reason: 'issuer', origin: originOf(iss) };
}

/** `undefined` for a text that is no http or https URL. */
function originOf(url: string): string | undefined {
  return /^https?:/i.test(url) && URL.canParse(url) ? new URL(url).origin : undefined;
}
