// `loaders.publicProfile`: names and images of other users, each asked for once however many fields need it.
import DataLoader from 'dataloader';
import { PUBLIC_PROFILE } from './cache/kinds.ts';
import type { Reads } from './cache/reads.ts';
import { toAppError } from './outcome-error.ts';
import type { PublicProfile } from './public-profile.ts';
import type { CallerRequest } from './send.ts';
import { readUuid } from './uuid.ts';

/** Loads public profiles by user id; `null` where there is no such user. */
export type PublicProfileLoader = DataLoader<string, PublicProfile | null>;

/**
 * Creates the loader of one request. An id that is no UUID is `null` without a call; each other one that is not cached costs a
 * call, since the provider has none for several users.
 *
 * `load` throws `AppError` as `toAppError` makes it, and `LIMIT_EXCEEDED` where the request may make no further call.
 */
export function createPublicProfileLoader(
  reads: Pick<Reads, 'fetchAbout'>,
  caller: CallerRequest,
): PublicProfileLoader {
  const load = async (id: string): Promise<PublicProfile | null> => {
    const userId = readUuid(id);
    if (userId === undefined) return null;
    const outcome = await reads.fetchAbout(PUBLIC_PROFILE, caller, userId);
    if (outcome.kind === 'ok') return outcome.value;
    throw toAppError(outcome);
  };
  return new DataLoader<string, PublicProfile | null>(
    (ids) => Promise.all(ids.map((id) => load(id).catch(toError))),
    {
      cacheKeyFn: (id) => id.toLowerCase(),
    },
  );
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A public profile cannot be loaded', { cause: error });
}
