// What lives as long as the process: made once, shared by all requests, closed at the end.
import { type Authenticate, createAuthenticate } from './auth/authenticate.ts';
import { startKeySet } from './auth/key-set.ts';
import { createVerify } from './auth/verify.ts';
import type { Config } from './config.ts';
import { createIdentityClient, type FetchProfile } from './identity/client.ts';
import type { Logger } from './logger.ts';
import { createUpstream } from './upstream.ts';

/** The process's services. A data source of your own belongs here, and its per-request loader in context.ts. */
export interface Services {
  readonly config: Config;
  readonly logger: Logger;
  readonly authenticate: Authenticate;
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
  const { projectId, issuerUrls, apiUrl: url, upstreamTimeout } = config;
  // Two pools, so that profile calls which hang cannot keep the keys from being refreshed.
  const keyUpstream = createUpstream({ url, connections: 1, timeout: Math.min(upstreamTimeout, 5_000) });
  const profileUpstream = createUpstream({
    url,
    connections: config.upstreamConcurrency,
    timeout: upstreamTimeout,
  });
  const keys = startKeySet({
    source: { upstream: keyUpstream, projectId },
    maxStale: config.jwksMaxStale,
    logger,
    now,
  });
  const verify = createVerify({ projectId, issuerUrls, keys, now });
  return {
    config,
    logger,
    authenticate: createAuthenticate({ verify, keys, now }),
    fetchProfile: createIdentityClient({ ...config, upstream: profileUpstream }),
    async close() {
      keys.close();
      await Promise.all([keyUpstream.close(), profileUpstream.close()]);
    },
  };
}
