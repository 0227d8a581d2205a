// Why the breaker opened, in one word for the log: by it an operator tells an outage from a firewall or a wrong name.
import { ConnectFailure } from '../../core/call-trouble.ts';
import { AppError } from '../../core/errors.ts';
import type { Outcome } from '../outcomes.ts';

/**
 * The status of an answer, such as `403`; the code of a connection that could not be made, such as `ECONNREFUSED`; `TIMEOUT`; or
 * `BROKEN` and `MALFORMED` for a connection that ended, or carried something other than HTTP.
 */
export function openingCause(outcome: Outcome<unknown>): string | undefined {
  if (outcome.kind === 'limited') return '429';
  if (outcome.kind !== 'unavailable') return undefined;
  const { status, trouble, cause } = outcome;
  if (status !== undefined) return String(status);
  const original = cause instanceof AppError ? cause.cause : cause;
  if (original instanceof ConnectFailure && typeof original.code === 'string') return original.code;
  return trouble?.toUpperCase();
}
