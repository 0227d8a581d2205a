// Joins the parts of the provider client: connections, guard, client and cached profiles.
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import type { Emit } from '../core/events.ts';
import { createUpstream } from '../core/http-client.ts';
import type { Tracing } from '../core/spans.ts';
import { EvictionChannel } from '../provider/cache/eviction-channel.ts';
import { PROFILE } from '../provider/cache/kinds.ts';
import { createReads, type Reads } from '../provider/cache/reads.ts';
import { createSizedCache, type SizedCache } from '../provider/cache/sized-cache.ts';
import { createProvider, type Provider } from '../provider/client.ts';
import type { FetchProfile } from '../provider/profile.ts';
import { type Breaker, createBreaker } from '../provider/resilience/breaker.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from '../provider/resilience/concurrency-limit.ts';
import { createGuardedSend } from '../provider/resilience/guarded-send.ts';
import { createSend } from '../provider/send.ts';
import type { Store } from '../store/store.ts';

/** The provider client of the process, and the states that health and metrics show. */
export interface ProviderServices {
  readonly provider: Provider;
  readonly fetchProfile: FetchProfile;
  readonly reads: Reads;
  readonly breaker: Breaker;
  readonly limit: ConcurrencyLimit;
  readonly cache: SizedCache;
  /** Closes the connections, after the calls that are running. */
  close(): Promise<void>;
}

/** What they need of the configuration. */
export type ProviderConfig = Pick<
  Config,
  | 'apiUrl'
  | 'executionTimeout'
  | 'maxProviderCalls'
  | 'profileCache'
  | 'projectId'
  | 'proxy'
  | 'publishableClientKey'
  | 'upstreamConcurrency'
  | 'upstreamTimeout'
> & { readonly secretServerKey: string | undefined };

/** What they are made from. */
export interface ProviderServicesOptions {
  readonly config: ProviderConfig;
  readonly tracing: Pick<Tracing, 'span' | 'outgoing'> | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  /** What replicas share. Without it the copies are those of this process. */
  readonly store?: Pick<Store, 'copies'> | undefined;
}

/** The part of a request's time limit that a call to the provider may take. */
const CALL_SHARE = 0.8;

/** In milliseconds, before a second attempt. */
const RETRY_PAUSE = 100;

/** Creates them. No call is made. */
export function createProviderServices({
  config,
  tracing,
  clock,
  emit,
  store,
}: ProviderServicesOptions): ProviderServices {
  const { apiUrl: url, proxy, upstreamConcurrency, maxProviderCalls, profileCache } = config;
  // Shorter than a request's: otherwise no stale profile would be served in time, and a provider that hangs would not open the breaker.
  const timeout = Math.min(config.upstreamTimeout, Math.floor(config.executionTimeout * CALL_SHARE));
  const upstream = createUpstream({
    url,
    proxy,
    connections: upstreamConcurrency,
    timeout,
    emit,
    clock,
  });
  const breaker = createBreaker({ clock, emit });
  const limit = createConcurrencyLimit({
    active: upstreamConcurrency,
    queued: upstreamConcurrency,
    // Room for all calls that two requests of one user may make, so that a page which is allowed is also served.
    backlog: 2 * maxProviderCalls,
  });
  const send = createSend({ ...config, upstream, tracing, clock });
  const guardedSend = createGuardedSend({ send, breaker, limit, retryPause: RETRY_PAUSE, clock, emit });
  const cache = createSizedCache(profileCache);
  const { ttl, staleMax } = profileCache;
  const shared = store && {
    store: store.copies,
    channel: new EvictionChannel({ store: store.copies, emit }),
  };
  const reads = createReads({ guardedSend, cache, ttl, staleMax, timeout, clock, emit, shared });
  return {
    provider: createProvider({ guardedSend, timeout, maxCalls: maxProviderCalls }),
    fetchProfile: (request) => reads.fetch(PROFILE, request),
    reads,
    breaker,
    limit,
    cache,
    close() {
      shared?.channel.close();
      return upstream.close();
    },
  };
}
