// What lives as long as the process: made once, shared by all requests, closed at the end.
import { createReadAddress, type ReadAddress } from './auth/address.ts';
import { type Authenticate, createAuthenticate } from './auth/authenticate.ts';
import { startKeySet } from './auth/key-set.ts';
import { createRates } from './auth/rates.ts';
import { createVerify } from './auth/verify.ts';
import type { Config } from './config.ts';
import { createBreaker } from './identity/breaker.ts';
import { createIdentityClient, type FetchProfile } from './identity/client.ts';
import { createProfileCache } from './identity/profile-cache.ts';
import { createProfiles } from './identity/profiles.ts';
import { withRetry } from './identity/retry.ts';
import { createSlots } from './identity/slots.ts';
import type { Logger } from './logger.ts';
import { createUpstream } from './upstream.ts';

/** The process's services. A data source of your own belongs here, and its per-request loader in context.ts. */
export interface Services {
  readonly config: Config;
  readonly logger: Logger;
  readonly authenticate: Authenticate;
  readonly readAddress: ReadAddress;
  readonly fetchProfile: FetchProfile;
  /** Ends background work and closes connections, after the calls under way. */
  close(): Promise<void>;
}

/** `now` gives milliseconds since the epoch. */
export interface ServicesOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly now?: () => number;
}

/** Starts the services. The provider's keys begin to load; nobody waits for them here. */
export function startServices({ config, logger, now = Date.now }: ServicesOptions): Services {
  const {
    projectId,
    issuerUrls,
    apiUrl: url,
    upstreamTimeout: timeout,
    upstreamConcurrency: places,
  } = config;
  // Two pools, so that profile calls which hang cannot keep the keys from being refreshed.
  const keyUpstream = createUpstream({ url, connections: 1, timeout: Math.min(timeout, 5_000) });
  const profileUpstream = createUpstream({ url, connections: places, timeout });
  const source = { upstream: keyUpstream, projectId };
  const keys = startKeySet({ source, maxStale: config.jwksMaxStale, logger, now });
  const verify = createVerify({ projectId, issuerUrls, keys, now });
  const client = createIdentityClient({ ...config, upstream: profileUpstream });
  return {
    config,
    logger,
    authenticate: createAuthenticate({
      verify,
      keys,
      now,
      ...(config.rateLimit && { rates: createRates(config.rateLimit) }),
    }),
    readAddress: createReadAddress({
      trust: config.trustProxy,
      onUntrusted: (peer) => {
        logger.warn(
          { peer },
          'X-Forwarded-For came from a peer that TRUST_PROXY does not name: it is not believed',
        );
      },
    }),
    fetchProfile: createProfiles({
      fetchProfile: withRetry(client, { pause: 100 }),
      cache: createProfileCache({ ...config.profileCache, now }),
      breaker: createBreaker(),
      slots: createSlots({ places, line: places }),
      timeout,
      now,
    }),
    async close() {
      keys.close();
      await Promise.all([keyUpstream.close(), profileUpstream.close()]);
    },
  };
}
