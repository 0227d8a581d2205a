// A failure of the provider as the error that a client is told.
import { AppError, refusedToken } from '../core/errors.ts';
import type { Failure } from './outcomes.ts';

/**
 * The error for a field that needs the provider, or for a mutation as a whole. A `rejected` read is `FORBIDDEN` for a
 * team that the user is not in and for a feature that is switched off; mutations tell `rejected` as data instead.
 *
 * @example if (outcome.kind !== 'ok') throw toAppError(outcome);
 */
export function toAppError(failure: Failure): AppError {
  switch (failure.kind) {
    case 'gone':
      return new AppError('The user does not exist any more', {
        code: 'UNAUTHENTICATED',
        reason: 'USER_GONE',
      });
    case 'expired':
      return refusedToken(failure.reason);
    case 'forbidden':
      return new AppError('The user lacks a permission for this', {
        code: 'FORBIDDEN',
        reason: failure.reason,
      });
    case 'rejected':
      return toRejectedError(failure);
    case 'limited':
      return new AppError('The identity provider limits our requests', {
        code: 'UPSTREAM_RATE_LIMITED',
        retryAfter: failure.retryAfter,
      });
    case 'unavailable':
      return new AppError('The identity provider is unavailable', {
        code: 'UPSTREAM_UNAVAILABLE',
        cause: failure.cause,
      });
    case 'refused':
      return new AppError(`The identity provider refuses us: ${failure.knownError}`, {
        code: 'INTERNAL_SERVER_ERROR',
        // By process/provider-acceptance.ts, once when it begins.
        isLogged: true,
      });
  }
}

/** The same for a team that the user is not in, and for one that does not exist. */
export function notATeamMember(): AppError {
  return new AppError('The user is not a member of this team', {
    code: 'FORBIDDEN',
    reason: 'NOT_A_TEAM_MEMBER',
  });
}

function toRejectedError({ code }: Extract<Failure, { readonly kind: 'rejected' }>): AppError {
  switch (code) {
    case 'NOT_A_TEAM_MEMBER':
      return notATeamMember();
    case 'FEATURE_DISABLED':
      return new AppError('The project has switched this feature off', { code: 'FORBIDDEN', reason: code });
    default:
      return new AppError(`The identity provider rejects what was asked: ${code}`, {
        code: 'INTERNAL_SERVER_ERROR',
      });
  }
}
