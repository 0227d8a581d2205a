// Loads the profile of a request's user once, however many fields need it.
import DataLoader from 'dataloader';
import { AppError } from '../core/errors.ts';
import { toAppError } from './outcome-error.ts';
import type { FetchProfile, Profile } from './profile.ts';
import type { CallerRequest } from './send.ts';

/** Loads profiles by user id. Only one id is allowed: the verified `sub`. */
export type ProfileLoader = DataLoader<string, Profile>;

/**
 * Creates the loader of one request.
 *
 * `load` throws `AppError` as `toAppError` makes it, `LIMIT_EXCEEDED` where the request may make no further call, and
 * `INTERNAL_SERVER_ERROR` where another user's id is asked for.
 */
export function createProfileLoader(fetchProfile: FetchProfile, caller: CallerRequest): ProfileLoader {
  return new DataLoader<string, Profile>(async (ids) => {
    const outcome = ids.includes(caller.id) ? await fetchProfile(caller) : undefined;
    const own = outcome?.kind === 'ok' ? outcome.value : outcome && toAppError(outcome);
    return ids.map((id) => (own && id === caller.id ? own : foreign()));
  });
}

function foreign(): AppError {
  return new AppError("A profile other than the caller's own was asked for", {
    code: 'INTERNAL_SERVER_ERROR',
  });
}
