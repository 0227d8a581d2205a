// The inner factory: all that authenticates users and reads their profiles. The server and `createAuth` are its two callers.
import { type Authenticate, createAuthenticate } from '../auth/authenticate.ts';
import { type KeySet, startKeySet } from '../auth/key-set.ts';
import { createVerify } from '../auth/verify.ts';
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import type { Events } from '../core/events.ts';
import { createUpstream } from '../core/http-client.ts';
import type { Log } from '../core/log.ts';
import type { Tracing } from '../core/spans.ts';
import { createRates, type Rates, unlimited } from '../rate-limit/rate-limits.ts';
import { startSharedCounts } from '../rate-limit/shared-counts.ts';
import type { Store } from '../store/store.ts';
import { createEventLog } from './event-log.ts';
import { createHealth, type Health } from './health.ts';
import { createMismatchLog } from './mismatch-log.ts';
import { watchAcceptance } from './provider-acceptance.ts';
import { createProviderServices, type ProviderConfig, type ProviderServices } from './provider-services.ts';

/** What the factory needs of the configuration. Without a secret key tokens are verified, and calls that need it reject. */
export type AuthConfig = ProviderConfig & Pick<Config, 'issuerUrls' | 'jwksMaxStale' | 'rateLimit'>;

/** What is started. */
export interface AuthServices extends ProviderServices {
  readonly authenticate: Authenticate;
  readonly keys: Pick<KeySet, 'state'>;
  readonly rates: Rates;
  readonly health: Health;
}

/** What it is started with: `config` has the limits, and subscribers of `events` observe it. */
export interface AuthServicesOptions {
  readonly config: AuthConfig;
  readonly events: Events;
  readonly logger: Log;
  readonly clock: Clock;
  readonly tracing?: Pick<Tracing, 'span' | 'outgoing'> | undefined;
  /** What replicas share. The caller starts and closes it. */
  readonly store?: Store | undefined;
}

/** Milliseconds for one fetch of the keys, at most. */
const KEYS_TIMEOUT = 5_000;

/** Starts it. The provider's keys begin to load; this function does not wait for them. */
export function startAuthServices(options: AuthServicesOptions): AuthServices {
  const { config, events, logger, clock, tracing, store } = options;
  const { projectId, issuerUrls, apiUrl: url, proxy, upstreamTimeout } = config;
  const { emit } = events;
  events.subscribe(createEventLog(logger));
  events.subscribe(createMismatchLog({ logger, config, clock }));

  // Connections of their own, so that profile calls which hang cannot keep the keys from being refreshed.
  const timeout = Math.min(upstreamTimeout, KEYS_TIMEOUT);
  const keyUpstream = createUpstream({ url, proxy, connections: 1, timeout, emit, clock });
  const source = { upstream: keyUpstream, projectId };
  const keys = startKeySet({ source, maxStale: config.jwksMaxStale, logger, emit, clock });
  const verify = createVerify({ projectId, issuerUrls, keys, emit, clock });
  const shared = config.rateLimit && store && startSharedCounts({ store: store.counts, clock });
  const rates = config.rateLimit ? createRates({ ...config.rateLimit, shared, emit, clock }) : unlimited;
  const provider = createProviderServices({ config, tracing, clock, emit, store });
  const acceptance = watchAcceptance({ events, logger, clock });
  return {
    ...provider,
    authenticate: createAuthenticate({ verify, keys, rates, clock }),
    keys,
    rates,
    health: createHealth({ keys, breaker: provider.breaker, acceptance, store }),
    async close() {
      keys.close();
      shared?.close();
      await Promise.all([keyUpstream.close(), provider.close()]);
    },
  };
}
