// The services of the server's process: created once, shared by all requests, closed at the end.
import { type Clock, systemClock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import { createEvents, type Events } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { LogOutput } from '../core/log-output.ts';
import type { Logger } from '../core/logger.ts';
import type { SpanCounts, Tracing } from '../core/spans.ts';
import type { SizedCache } from '../provider/cache/sized-cache.ts';
import type { Breaker } from '../provider/resilience/breaker.ts';
import { createReadAddress, type ReadAddress } from '../rate-limit/client-address.ts';
import type { StoreState } from '../store/store.ts';
import { type Audit, createAudit } from './audit-log.ts';
import { type AuthServices, startAuthServices } from './auth-services.ts';
import { createRedisStore } from './redis-store.ts';
import { startUserChanges, type UserChanges } from './user-changes.ts';

/** The process's services. The data sources of an app are started apart from them: server/start-app.ts. */
export interface Services
  extends Pick<AuthServices, 'authenticate' | 'rates' | 'health' | 'provider' | 'fetchProfile' | 'reads'> {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: Events;
  readonly tracing: Tracing | undefined;
  readonly traffic: Traffic;
  readonly readAddress: ReadAddress;
  /** The audit of mutations. */
  readonly audit: Audit;
  readonly userChanges: UserChanges;
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
  /** `undefined` where there is none. */
  readonly redis: StoreState | undefined;
}

/** What the services are made from. */
export interface ServicesOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly logOutput?: Pick<LogOutput, 'dropped'>;
  readonly tracing?: Tracing | undefined;
  readonly clock?: Clock;
  /** Creates the store where `REDIS_URL` is set. */
  readonly createStore?: typeof createRedisStore;
}

const NO_SPANS: SpanCounts = { sent: 0, failed: 0, dropped: 0 };

/** Starts the services. The provider's keys begin to load; this function does not wait for them. */
export function startServices({
  config,
  logger,
  logOutput,
  tracing,
  clock = systemClock,
  createStore = createRedisStore,
}: ServicesOptions): Services {
  const events = createEvents();
  const { redisUrl } = config;
  const store =
    redisUrl === undefined
      ? undefined
      : createStore({ config: { ...config, redisUrl }, emit: events.emit, clock });
  const auth = startAuthServices({ config, events, logger, clock, tracing, store });
  store?.start();
  const { authenticate, rates, health, provider, fetchProfile, reads } = auth;
  const { limit } = auth;
  const userChanges = startUserChanges({
    copies: reads.copies,
    isBusy: () => limit.queued > 0,
    isFull: () => limit.isFull,
  });
  const traffic: Traffic = { inFlight: 0, streams: 0, bodies: 0, bodyBytes: 0, unreadBytes: 0 };
  return {
    config,
    clock,
    logger,
    events,
    health,
    tracing,
    traffic,
    authenticate,
    rates,
    readAddress: createAddressReader(config, logger),
    provider,
    fetchProfile,
    reads,
    audit: createAudit({ logger, emit: events.emit }),
    userChanges,
    gauges: () => ({
      ...traffic,
      keysAge: auth.keys.state().age,
      breaker: auth.breaker.state,
      callsActive: limit.active,
      callsQueued: limit.queued,
      cacheBytes: auth.cache.bytes(),
      logLinesDropped: logOutput?.dropped ?? 0,
      spans: tracing?.counts ?? NO_SPANS,
      redis: store?.state,
    }),
    async close() {
      userChanges.close();
      await Promise.all([auth.close(), tracing?.close()]);
      // The last evictions are those of calls that were running.
      await store?.close();
    },
  };
}

function createAddressReader({ trustProxy: trust }: Config, logger: Log): ReadAddress {
  return createReadAddress({
    trust,
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
  });
}
