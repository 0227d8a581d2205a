// The profile of a principal, by the loader that the server has for each request.
import { AppError } from '../../core/errors.ts';
import type { Profile as ProviderProfile } from '../../provider/profile.ts';
import { type AnonymousCallLimit, limitAnonymousCalls } from '../../rate-limit/anonymous-calls.ts';
import { createCancellation, disconnectOf } from '../../request/cancellation.ts';
import { createRequestLoaders } from '../../request/loaders.ts';
import type { Profile } from './types.ts';
import type { Origin } from './verified-principal.ts';

/** Loads it. Rejects with `AppError`, or with the reason of the signal where that aborts first. */
export async function loadProfile(origin: Origin, signal: AbortSignal | undefined): Promise<Profile> {
  const { services, credentials } = origin;
  const { claims } = credentials;
  const limit = anonymousLimitOf(origin);
  const cancellation = createCancellation(signal ? disconnectOf(signal) : () => () => {});
  const loaders = createRequestLoaders({
    provider: services.provider,
    fetchProfile: services.fetchProfile,
    reads: services.reads,
    sources: {},
    credentials,
    cancellation,
    onUpstreamCall: limit?.spend,
    refuseCall: limit?.refuseCall,
  });
  try {
    return toProfile(await loaders.profile.load(claims.id), claims.isAnonymous);
  } finally {
    cancellation.end();
  }
}

/** The budget of calls that an anonymous user shares with those of the same address, where that is known. */
export function anonymousLimitOf({ services, credentials, address }: Origin): AnonymousCallLimit | undefined {
  if (!credentials.claims.isAnonymous || address === undefined) return undefined;
  return limitAnonymousCalls(services.rates.anonymousCalls, () => address);
}

/** Copies, since the cached profile is shared: who changes a date must not change that of others. */
function toProfile(profile: ProviderProfile, isAnonymous: boolean): Profile {
  return {
    id: profile.id,
    displayName: profile.displayName ?? null,
    email: profile.email ?? null,
    emailVerified: profile.emailVerified,
    profileImageUrl: profile.profileImageUrl ?? null,
    signedUpAt: new Date(profile.signedUpAt),
    lastActiveAt: new Date(profile.lastActiveAt),
    hasPassword: profile.hasPassword,
    isAnonymous,
    oauthProviders: profile.oauthProviders.map(({ id, accountId, email }) => ({
      id,
      accountId,
      email: email ?? null,
    })),
  };
}

/** The error of an object that no `authenticate` of this auth has made. */
export function foreignPrincipal(): AppError {
  return new AppError('The principal was not made by this auth', { code: 'INTERNAL_SERVER_ERROR' });
}
