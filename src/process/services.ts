// What lives as long as the process: made once, shared by all requests, closed at the end.

import { type Authenticate, createAuthenticate } from '../auth/authenticate.ts';
import { startKeySet } from '../auth/key-set.ts';
import { createVerify } from '../auth/verify.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import { createEvents, type Events } from '../core/events.ts';
import { createUpstream } from '../core/http-client.ts';
import type { Logger } from '../core/logger.ts';
import type { Tracing } from '../core/tracing.ts';
import { createProfileCache } from '../provider/cache/profile-cache.ts';
import { createProfiles } from '../provider/cache/profiles.ts';
import { createIdentityClient, type FetchProfile } from '../provider/client.ts';
import { type Breaker, createBreaker } from '../provider/resilience/breaker.ts';
import { createConcurrencyLimit } from '../provider/resilience/concurrency-limit.ts';
import { withRetry } from '../provider/resilience/retry.ts';
import { createReadAddress, type ReadAddress } from '../rate-limit/client-address.ts';
import { createRates } from '../rate-limit/rate-limits.ts';
import { createEventLog } from './event-log.ts';
import { createHealth, type Health } from './health.ts';
import { type Sources, startSources } from './sources.ts';

/** The process's services. A data source of your own belongs into sources.ts, and its loader into loaders.ts. */
export interface Services {
  readonly config: Config;
  readonly logger: Logger;
  readonly events: Events;
  readonly health: Health;
  readonly tracing: Tracing | undefined;
  readonly traffic: Traffic;
  readonly authenticate: Authenticate;
  readonly readAddress: ReadAddress;
  readonly fetchProfile: FetchProfile;
  readonly sources: Sources;
  /** What can be measured at this moment. */
  gauges(): Gauges;
  /** Ends background work and closes connections, after the calls under way. */
  close(): Promise<void>;
}

/** Requests that are being answered. */
export interface Traffic {
  inFlight: number;
}

/** `keysAge` is in seconds. */
export interface Gauges {
  readonly inFlight: number;
  readonly keysAge: number | undefined;
  readonly breaker: Breaker['state'];
  readonly callsActive: number;
  readonly callsQueued: number;
}

/** What the services are made from. */
export interface ServicesOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  readonly clock?: Clock;
}

/** How much of the time for one request may be spent on waiting for its profile. */
const PROFILE_SHARE = 0.8;

/** Starts the services. The provider's keys begin to load; nobody waits for them here. */
export function startServices({ config, logger, tracing, clock = systemClock }: ServicesOptions): Services {
  const {
    projectId,
    issuerUrls,
    apiUrl: url,
    upstreamTimeout: timeout,
    upstreamConcurrency: places,
  } = config;
  const events = createEvents();
  const { emit } = events;
  events.subscribe(createEventLog(logger));
  // Shorter than a request: else no stale copy would be in time, nor a provider that hangs be noticed by the breaker.
  const profileTimeout = Math.min(timeout, Math.floor(config.executionTimeout * PROFILE_SHARE));

  // Two pools, so that profile calls which hang cannot keep the keys from being refreshed.
  const keyUpstream = createUpstream({ url, connections: 1, timeout: Math.min(timeout, 5_000), emit });
  const profileUpstream = createUpstream({
    url,
    connections: places,
    timeout: profileTimeout,
    emit,
  });
  const source = { upstream: keyUpstream, projectId };
  const keys = startKeySet({ source, maxStale: config.jwksMaxStale, logger, emit, clock });
  const verify = traced(tracing, 'verify', createVerify({ projectId, issuerUrls, keys, clock }));
  const rates = config.rateLimit && createRates({ ...config.rateLimit, emit, clock });
  const slots = createConcurrencyLimit({ places, line: places });
  const breaker = createBreaker({ emit });
  const client = createIdentityClient({ ...config, upstream: profileUpstream, outgoing: tracing?.outgoing });
  const traffic: Traffic = { inFlight: 0 };
  const sources = startSources({ config, logger });

  return {
    config,
    logger,
    events,
    health: createHealth({ keys, breaker, events }),
    tracing,
    traffic,
    authenticate: createAuthenticate({ verify, keys, clock, ...(rates && { rates }) }),
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
      fetchProfile: withRetry(traced(tracing, 'profile', client), { pause: 100 }),
      cache: createProfileCache({ ...config.profileCache, now: clock.wall }),
      breaker,
      slots,
      timeout: profileTimeout,
      now: clock.wall,
      emit,
    }),
    sources,
    gauges: () => ({
      inFlight: traffic.inFlight,
      keysAge: keys.state().age,
      breaker: breaker.state,
      callsActive: slots.active,
      callsQueued: slots.queued,
    }),
    async close() {
      keys.close();
      await Promise.all([keyUpstream.close(), profileUpstream.close(), tracing?.close(), sources.close()]);
    },
  };
}

/** The same work as a span, where there is tracing. */
function traced<Argument, Result>(
  tracing: Tracing | undefined,
  name: string,
  work: (argument: Argument) => Result,
): (argument: Argument) => Result {
  return tracing ? (argument) => tracing.span(name, () => work(argument)) : work;
}
