// The request's own view of its user's profile: one load, however many fields ask.
import DataLoader from 'dataloader';
import { AppError, refusedToken } from '../core/errors.ts';
import type { FetchProfile, ProfileRequest } from './client.ts';
import type { Outcome } from './outcomes.ts';
import type { Profile } from './profile.ts';

/** Loads profiles by user id, of which only one is allowed: the verified `sub`. */
export type ProfileLoader = DataLoader<string, Profile>;

/**
 * Makes the loader of one request.
 *
 * `load` throws `AppError`: `UPSTREAM_UNAVAILABLE`, `UPSTREAM_RATE_LIMITED`, `UNAUTHENTICATED` with `EXPIRED_TOKEN` or
 * `USER_GONE`, and `INTERNAL_SERVER_ERROR` where the provider refuses us or another user's id is asked for.
 */
export function createProfileLoader(fetchProfile: FetchProfile, caller: ProfileRequest): ProfileLoader {
  return new DataLoader<string, Profile>(async (ids) => {
    const allowed = ids.includes(caller.id) ? await fetchProfile(caller) : undefined;
    return ids.map((id) => (allowed && id === caller.id ? toProfile(allowed) : foreign()));
  });
}

function toProfile(outcome: Outcome): Profile | AppError {
  switch (outcome.kind) {
    case 'profile':
      return outcome.profile;
    case 'gone':
      return new AppError('The user does not exist any more', {
        code: 'UNAUTHENTICATED',
        reason: 'USER_GONE',
      });
    case 'expired':
      return refusedToken('EXPIRED_TOKEN');
    case 'limited':
      return new AppError('The identity provider limits our requests', {
        code: 'UPSTREAM_RATE_LIMITED',
        retryAfter: outcome.retryAfter,
      });
    case 'unavailable':
      return new AppError('The identity provider is unavailable', {
        code: 'UPSTREAM_UNAVAILABLE',
        cause: outcome.cause,
      });
    case 'refused':
      return new AppError(`The identity provider refuses us: ${outcome.knownError}`, {
        code: 'INTERNAL_SERVER_ERROR',
      });
  }
}

function foreign(): AppError {
  return new AppError("A profile other than the caller's own was asked for", {
    code: 'INTERNAL_SERVER_ERROR',
  });
}
