// The services of the process: created once, shared by all requests, closed at the end.
import { type Authenticate, createAuthenticate } from '../auth/authenticate.ts';
import { startKeySet } from '../auth/key-set.ts';
import { createVerify } from '../auth/verify.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import { createEvents, type Events } from '../core/events.ts';
import { createUpstream } from '../core/http-client.ts';
import type { LogOutput } from '../core/log-output.ts';
import type { Logger } from '../core/logger.ts';
import type { SpanCounts } from '../core/trace-exporter.ts';
import type { Tracing } from '../core/tracing.ts';
import type { Reads } from '../provider/cache/reads.ts';
import type { SizedCache } from '../provider/cache/sized-cache.ts';
import type { Provider } from '../provider/client.ts';
import type { FetchProfile } from '../provider/profile.ts';
import type { Breaker } from '../provider/resilience/breaker.ts';
import { createReadAddress, type ReadAddress } from '../rate-limit/client-address.ts';
import { createRates, type Rates, unlimited } from '../rate-limit/rate-limits.ts';
import { type Audit, createAudit } from './audit-log.ts';
import { createEventLog } from './event-log.ts';
import { createHealth, type Health } from './health.ts';
import { createMismatchLog } from './mismatch-log.ts';
import { watchAcceptance } from './provider-acceptance.ts';
import { createProviderServices } from './provider-services.ts';

/** The process's services. The data sources of an app are started apart from them: server/start-app.ts. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Events;
  readonly health: Health;
  readonly tracing: Tracing | undefined;
  readonly traffic: Traffic;
  readonly authenticate: Authenticate;
  readonly readAddress: ReadAddress;
  readonly rates: Rates;
  /** The identity provider's REST API. */
  readonly provider: Provider;
  /** Cached profiles. */
  readonly fetchProfile: FetchProfile;
  /** What is cached of users, profiles included. */
  readonly reads: Reads;
  /** The audit of mutations. */
  readonly audit: Audit;
  /** Measurements of this moment. */
  gauges(): Gauges;
  /** Ends background work and closes connections, after the running calls. */
  close(): Promise<void>;
}

/** What clients send and take at this moment. */
export interface Traffic {
  /** Requests in flight: from a complete body to a sent answer. */
  inFlight: number;
  /** Open streams, which are not in flight. */
  streams: number;
  /** Request bodies that are arriving, and the bytes of them that are kept. */
  bodies: number;
  bodyBytes: number;
  /** Bytes of answers that clients have not taken. */
  unreadBytes: number;
}

/** `keysAge` is in seconds. */
export interface Gauges extends Readonly<Traffic> {
  readonly keysAge: number | undefined;
  readonly breaker: Breaker['state'];
  readonly callsActive: number;
  readonly callsQueued: number;
  /** Estimated bytes of what is remembered of users. */
  readonly cacheBytes: ReturnType<SizedCache['bytes']>;
  readonly logLinesDropped: number;
  readonly spans: SpanCounts;
}

/** What the services are made from. */
export interface ServicesOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly logOutput?: Pick<LogOutput, 'dropped'>;
  readonly tracing?: Tracing | undefined;
  readonly clock?: Clock;
}

const NO_SPANS: SpanCounts = { sent: 0, failed: 0, dropped: 0 };

/** Milliseconds for one fetch of the keys, at most. */
const KEYS_TIMEOUT = 5_000;

/** Starts the services. The provider's keys begin to load; this function does not wait for them. */
export function startServices({
  config,
  logger,
  logOutput,
  tracing,
  clock = systemClock,
}: ServicesOptions): Services {
  const { projectId, issuerUrls, apiUrl: url, proxy, upstreamTimeout } = config;
  const events = createEvents();
  const { emit } = events;
  events.subscribe(createEventLog(logger));
  events.subscribe(createMismatchLog({ logger, config, clock }));

  // Connections of their own, so that profile calls which hang cannot keep the keys from being refreshed.
  const timeout = Math.min(upstreamTimeout, KEYS_TIMEOUT);
  const keyUpstream = createUpstream({ url, proxy, connections: 1, timeout, emit, clock });
  const source = { upstream: keyUpstream, projectId };
  const keys = startKeySet({ source, maxStale: config.jwksMaxStale, logger, emit, clock });
  const verify = createVerify({ projectId, issuerUrls, keys, emit, clock });
  const rates = config.rateLimit ? createRates({ ...config.rateLimit, emit, clock }) : unlimited;
  const { provider, fetchProfile, reads, breaker, limit, cache, ...calls } = createProviderServices({
    config,
    tracing,
    clock,
    emit,
  });
  const acceptance = watchAcceptance({ events, logger, clock });
  const traffic: Traffic = { inFlight: 0, streams: 0, bodies: 0, bodyBytes: 0, unreadBytes: 0 };

  return {
    config,
    clock,
    logger,
    events,
    health: createHealth({ keys, breaker, acceptance }),
    tracing,
    traffic,
    authenticate: createAuthenticate({ verify, keys, rates, clock }),
    rates,
    readAddress: createReadAddress({
      trust: config.trustProxy,
      onUntrusted: (peer) => {
        logger.warn(
          { peer },
          'X-Forwarded-For came from a peer that TRUST_PROXY does not name: it is not believed',
        );
      },
      onUnreadable: (proxy) => {
        logger.warn(
          { proxy },
          'X-Forwarded-For of a trusted proxy has an entry that is no address: its clients are counted as one',
        );
      },
    }),
    provider,
    fetchProfile,
    reads,
    audit: createAudit({ logger, emit }),
    gauges: () => ({
      ...traffic,
      keysAge: keys.state().age,
      breaker: breaker.state,
      callsActive: limit.active,
      callsQueued: limit.queued,
      cacheBytes: cache.bytes(),
      logLinesDropped: logOutput?.dropped ?? 0,
      spans: tracing?.counts ?? NO_SPANS,
    }),
    async close() {
      keys.close();
      await Promise.all([keyUpstream.close(), calls.close(), tracing?.close()]);
    },
  };
}
