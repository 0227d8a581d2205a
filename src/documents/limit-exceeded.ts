// The refusal of a document that exceeds a limit.
import { AppError, type ErrorReason } from '../core/errors.ts';

/** The refusal if `count` is more than `max`. */
export function over(count: number, max: number, reason: ErrorReason, what: string): AppError | undefined {
  return count > max ? exceeded(reason, `has more than ${max} ${what}`) : undefined;
}

/** `LIMIT_EXCEEDED`, with the name of the limit as its reason. */
export function exceeded(reason: ErrorReason, how: string): AppError {
  return new AppError(`The document ${how}`, { code: 'LIMIT_EXCEEDED', reason });
}
